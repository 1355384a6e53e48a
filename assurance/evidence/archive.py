"""The locked bucket as an archive by day, to which objects are added and in which none is replaced (AUD-03)."""

import base64
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime
from email.utils import parsedate_to_datetime
from hashlib import sha256
from typing import Any, NamedTuple

from assurance.evidence.record import EvidenceError, digest

ROOT = "audit/"
PROOFS = "proof/"
CONFLICTS = 5
"""How often a write that met another one is tried again."""


class Slot(NamedTuple):
    """The place of a record: numbers go on from one day to the next."""

    day: date
    number: int

    @property
    def key(self) -> str:
        return f"{folder(self.day)}{self.number:08}.json"


def folder(day: date) -> str:
    """Where a day's objects are; the bucket's policy refuses every other place."""
    return f"{ROOT}{day:%Y/%m/%d}/"


def payload_key(day: date, payload: bytes) -> str:
    """Named after what is in it, so that the same proof kept again is the same object."""
    return f"{folder(day)}{PROOFS}{digest(payload)}"


@dataclass(frozen=True)
class Archive:
    """A bucket, through a client of S3."""

    s3: Any
    bucket: str

    def now(self) -> datetime:
        """The time of S3, which is the same for all who write."""
        headers = self.s3.head_bucket(Bucket=self.bucket)["ResponseMetadata"]["HTTPHeaders"]
        return parsedate_to_datetime(headers["date"])

    def add(self, key: str, body: bytes) -> bool:
        """Write an object, if there is none of that key; whether it was written. A locked bucket wants a checksum."""
        checksum = base64.b64encode(sha256(body).digest()).decode()
        checked = {"ChecksumAlgorithm": "SHA256", "ChecksumSHA256": checksum}
        for _ in range(CONFLICTS):
            try:
                self.s3.put_object(Bucket=self.bucket, Key=key, Body=body, IfNoneMatch="*", **checked)
            except self.s3.exceptions.ClientError as error:
                code = error.response["Error"]["Code"]
                if code == "PreconditionFailed":
                    return False
                if code != "ConditionalRequestConflict":
                    raise
            else:
                return True
        raise EvidenceError(f"{key} met another write {CONFLICTS} times in a row; try again")

    def read(self, key: str) -> bytes:
        """The object's bytes; EvidenceError where there is none."""
        try:
            return bytes(self.s3.get_object(Bucket=self.bucket, Key=key)["Body"].read())
        except self.s3.exceptions.NoSuchKey:
            raise EvidenceError(f"{key} is missing") from None

    def last(self) -> Slot | None:
        """The newest record's place; None in an archive without any."""
        for year in reversed(self._below(ROOT)):
            for month in reversed(self._below(year)):
                for day in reversed(self._below(month)):
                    if slots := [slot for key in self._keys(day) if (slot := slot_of(key))]:
                        return slots[-1]
        return None

    def records(self) -> Iterator[str]:
        """The keys of every day, the oldest first, without the proofs; whoever may write can have put others there."""
        for year in self._below(ROOT):
            for month in self._below(year):
                for day in self._below(month):
                    yield from self._keys(day)

    def rewritten(self, now: datetime) -> Iterator[str]:
        """What a lock does not prevent: keys that were written again, or hidden by a deletion before their time."""
        versions: dict[str, list[str]] = {}
        hidden = set[str]()
        for page in self.s3.get_paginator("list_object_versions").paginate(Bucket=self.bucket, Prefix=ROOT):
            hidden |= {each["Key"] for each in page.get("DeleteMarkers", ())}
            for each in page.get("Versions", ()):
                versions.setdefault(each["Key"], []).append(each["VersionId"])
        for key, found in sorted(versions.items()):
            if key in hidden and any(self._locked(key, each, now) for each in found):
                yield f"{key} was deleted while it is locked"
            if len(found) > 1:
                yield f"{key} was written {len(found)} times"

    def _locked(self, key: str, version: str, now: datetime) -> bool:
        found = self.s3.head_object(Bucket=self.bucket, Key=key, VersionId=version)
        return bool(found["ObjectLockRetainUntilDate"] > now)

    def _below(self, prefix: str) -> list[str]:
        """Folders, sorted as S3 gives them."""
        return [each["Prefix"] for page in self._pages(prefix) for each in page.get("CommonPrefixes", ())]

    def _keys(self, prefix: str) -> Iterator[str]:
        for page in self._pages(prefix):
            yield from (each["Key"] for each in page.get("Contents", ()))

    def _pages(self, prefix: str) -> Any:
        return self.s3.get_paginator("list_objects_v2").paginate(Bucket=self.bucket, Prefix=prefix, Delimiter="/")


def slot_of(key: str) -> Slot | None:
    """The place that a key is; None for one that is no record's."""
    try:
        year, month, day, name = key.removeprefix(ROOT).split("/")
        slot = Slot(date(int(year), int(month), int(day)), int(name.removesuffix(".json")))
    except ValueError:
        return None
    return slot if slot.key == key else None
