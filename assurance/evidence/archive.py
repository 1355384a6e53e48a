"""The locked bucket as an archive by day, to which objects are added and in which none is replaced (AUD-03)."""

import base64
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from hashlib import sha256
from typing import Any, NamedTuple

from assurance.evidence.record import EvidenceError, digest

ROOT = "audit/"


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
    return f"{folder(day)}proof/{digest(payload)}"


@dataclass(frozen=True)
class Archive:
    """A bucket, through a client of S3."""

    s3: Any
    bucket: str

    def add(self, key: str, body: bytes) -> bool:
        """Write an object, if there is none of that key; whether it was written. A locked bucket wants a checksum."""
        checksum = base64.b64encode(sha256(body).digest()).decode()
        try:
            self.s3.put_object(Bucket=self.bucket, Key=key, Body=body, IfNoneMatch="*", ChecksumSHA256=checksum)
        except self.s3.exceptions.ClientError as error:
            if error.response["Error"]["Code"] in ("PreconditionFailed", "ConditionalRequestConflict"):
                return False
            raise
        return True

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
                    if slots := [*self._slots(day)]:
                        return slots[-1]
        return None

    def slots(self) -> Iterator[Slot]:
        """Every record's place, the oldest first."""
        for year in self._below(ROOT):
            for month in self._below(year):
                for day in self._below(month):
                    yield from self._slots(day)

    def _below(self, prefix: str) -> list[str]:
        """Folders, sorted as S3 gives them."""
        return [each["Prefix"] for page in self._pages(prefix) for each in page.get("CommonPrefixes", ())]

    def _slots(self, prefix: str) -> Iterator[Slot]:
        for page in self._pages(prefix):
            for each in page.get("Contents", ()):
                yield _slot(each["Key"])

    def _pages(self, prefix: str) -> Any:
        return self.s3.get_paginator("list_objects_v2").paginate(Bucket=self.bucket, Prefix=prefix, Delimiter="/")


def _slot(key: str) -> Slot:
    try:
        year, month, day, name = key.removeprefix(ROOT).split("/")
        slot = Slot(date(int(year), int(month), int(day)), int(name.removesuffix(".json")))
    except ValueError:
        raise EvidenceError(f"{key} is no place of a record") from None
    if slot.key != key:
        raise EvidenceError(f"{key} is no place of a record")
    return slot
