"""One piece of evidence: what happened, where the proof of it lies, and what was recorded before (CMP-11)."""

import json
from enum import StrEnum
from hashlib import sha256
from typing import Annotated

from pydantic import AwareDatetime, BaseModel, ConfigDict, StringConstraints, ValidationError

GENESIS = "0" * 64
"""The hash that the first record names."""
CLOSED = "day-closed"
"""The type of a day's last record, which opens the day of its timestamp; a later day writes it, and no other type."""
NO_PROOF = b""
"""What proves that a day is closed: the record alone."""

Hash = Annotated[str, StringConstraints(pattern="^[0-9a-f]{64}$")]
Line = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=500, pattern=r"^[^\r\n]*$")]
Type = Annotated[str, StringConstraints(pattern="^[a-z][a-z0-9-]{1,62}$")]


class EvidenceError(RuntimeError):
    """Evidence that cannot be stored or read; says why, and what to do."""


class Category(StrEnum):
    """What evidence is about."""

    SAST = "SAST"
    TESTS = "Tests"
    LOAD_TESTS = "Load Tests"
    SECRETS = "Secrets"
    COMPLIANCE = "Compliance"


class Evidence(BaseModel):
    """An event, and the SHA-256 of the object in the same bucket that proves it."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    event: Line
    path: Line
    hash: Hash


class Record(BaseModel):
    """A link of the chain. `signature` is the base64 of an ECDSA signature over `unsigned`."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    timestamp: AwareDatetime
    category: Category
    type: Type
    previous_hash: Hash
    evidence: Evidence
    signature: str = ""

    @property
    def unsigned(self) -> bytes:
        """What is signed: every field but the signature."""
        return _canonical(self.model_dump(mode="json", exclude={"signature"}))

    @property
    def stored(self) -> bytes:
        """The bytes of the object, and of nothing else is the next record's `previous_hash`."""
        return _canonical(self.model_dump(mode="json"))


def parse(body: bytes) -> Record:
    """The record of an object; EvidenceError if it is none, or is not written as records are."""
    try:
        record = Record.model_validate_json(body)
    except ValidationError as error:
        raise EvidenceError(f"is no record of evidence ({error.error_count()} of its fields)") from None
    if record.stored != body:
        raise EvidenceError("is not written as records are")
    return record


def digest(body: bytes) -> str:
    """The SHA-256 of an object, in hexadecimal digits."""
    return sha256(body).hexdigest()


def _canonical(fields: object) -> bytes:
    return json.dumps(fields, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode()
