"""A locked bucket and a key that signs, as the stacks have them, and writers with clocks of their own."""

from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from typing import Any, NamedTuple

import pytest

from assurance.evidence.archive import Archive, Slot, slot_of
from assurance.evidence.chain import Chain, verify
from assurance.evidence.record import Category, Record
from assurance.evidence.signature import Signer, Verifier
from components.aws.signing import SPEC
from tests import local_aws

REGION, BUCKET = "us-east-1", "evidence"


class Vault(NamedTuple):
    """What stands there; `key` is the ARN of the one that signs."""

    s3: Any
    kms: Any
    key: str

    @property
    def archive(self) -> Archive:
        return Archive(self.s3, BUCKET)

    @property
    def verifier(self) -> Verifier:
        return Verifier(Signer(self.kms, self.key).public_key())

    def writer(self, now: Callable[[], datetime]) -> Chain:
        return Chain(self.archive, Signer(self.kms, self.key), now)

    def write(self, now: datetime, event: str) -> Record:
        return self.writer(lambda: now).store(Category.TESTS, "unit-tests", event, event.encode())

    def another_key(self) -> str:
        return str(self.kms.create_key(KeyUsage="SIGN_VERIFY", KeySpec=SPEC)["KeyMetadata"]["Arn"])

    def listed(self) -> list[str]:
        return [each["Key"] for each in self.s3.list_objects_v2(Bucket=BUCKET).get("Contents", ())]

    def slots(self) -> list[Slot]:
        return [slot for key in self.archive.records() if (slot := slot_of(key))]

    def breaks(self, known: str | None = None) -> list[str]:
        return verify(self.archive, self.verifier, known, datetime.now(UTC)).breaks

    def lose(self, *keys: str) -> None:
        """As a retention that has ended, or somebody who may lift the lock: no version is left."""
        for key in keys:
            for each in self.s3.list_object_versions(Bucket=BUCKET, Prefix=key)["Versions"]:
                where = {"Bucket": BUCKET, "Key": key, "VersionId": each["VersionId"]}
                self.s3.delete_object(**where, BypassGovernanceRetention=True)

    def put(self, key: str, body: bytes) -> None:
        """As somebody who lifts the lock: in place of what was there."""
        if key in self.listed():
            self.lose(key)
        self.archive.add(key, body)


@pytest.fixture
def vault(monkeypatch: pytest.MonkeyPatch) -> Iterator[Vault]:
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
        monkeypatch.setenv(name, "x")
    with local_aws.empty():
        s3, kms = (local_aws.client(service, REGION) for service in ("s3", "kms"))
        s3.create_bucket(Bucket=BUCKET, ObjectLockEnabledForBucket=True)
        rule = {"DefaultRetention": {"Mode": "GOVERNANCE", "Days": 1096}}
        lock = {"ObjectLockEnabled": "Enabled", "Rule": rule}
        s3.put_object_lock_configuration(Bucket=BUCKET, ObjectLockConfiguration=lock)
        monkeypatch.setattr(Archive, "now", lambda _: datetime.now(UTC))  # S3 says it in a header that moto leaves out
        key = kms.create_key(KeyUsage="SIGN_VERIFY", KeySpec=SPEC)["KeyMetadata"]["Arn"]
        yield Vault(s3, kms, key)


def at(day: int, hour: int = 12, minute: int = 0, second: int = 0) -> datetime:
    """A moment in November."""
    return datetime(2026, 11, day, hour, minute, second, tzinfo=UTC)
