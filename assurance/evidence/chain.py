"""A chain of records in an archive: adding to it, and telling whether it is whole (CMP-11)."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from assurance.evidence.archive import Archive, Slot, payload_key
from assurance.evidence.record import CLOSED, GENESIS, Category, Evidence, EvidenceError, Record, digest, parse
from assurance.evidence.signature import Signer, Verifier

AHEAD = timedelta(minutes=5)
"""By how much the clock of another writer may be ahead of this one's."""
ATTEMPTS = 50


@dataclass(frozen=True)
class Head:
    """The newest record, and what the next one needs of it."""

    slot: Slot
    record: Record
    hash: str


@dataclass(frozen=True)
class Chain:
    """Where records are added; any number may write at once, and each place is taken once."""

    archive: Archive
    signer: Signer
    clock: Callable[[], datetime] = lambda: datetime.now(UTC)

    def store(self, category: Category, type_: str, event: str, payload: bytes) -> Record:
        """Keep a proof and the record of it; EvidenceError if others were faster again and again."""
        for _ in range(ATTEMPTS):
            head, now = self._head(), self.clock()
            if head:
                now = self._not_before(head, now)
                if head.slot.day < now.date() and head.record.type != CLOSED:
                    self._close(head, now)
                    continue  # whoever closed the day
            slot = Slot(now.date(), head.slot.number + 1 if head else 1)
            path = payload_key(slot.day, payload)
            record = self._signed(head, now, category, type_, Evidence(event=event, path=path, hash=digest(payload)))
            self.archive.add(path, payload)
            if self.archive.add(slot.key, record.stored):
                return record
        raise EvidenceError(f"others took the next place {ATTEMPTS} times in a row; try again")

    def _close(self, head: Head, now: datetime) -> None:
        """Take the next place of a day that is over: nobody who still thinks it is that day finds it free."""
        evidence = Evidence(event="the day is closed", path=head.slot.key, hash=head.hash)
        record = self._signed(head, now, Category.COMPLIANCE, CLOSED, evidence)
        self.archive.add(Slot(head.slot.day, head.slot.number + 1).key, record.stored)

    def _signed(self, head: Head | None, now: datetime, category: Category, type_: str, what: Evidence) -> Record:
        record = Record(
            timestamp=now,
            category=category,
            type=type_,
            previous_hash=head.hash if head else GENESIS,
            evidence=what,
        )
        return record.model_copy(update={"signature": self.signer.sign(record.unsigned)})

    def _head(self) -> Head | None:
        slot = self.archive.last()
        if slot is None:
            return None
        body = self.archive.read(slot.key)
        return Head(slot, parse(body), digest(body))

    @staticmethod
    def _not_before(head: Head, now: datetime) -> datetime:
        """Time does not run backwards in a chain; a clock that is far off writes nothing."""
        if head.record.timestamp - now > AHEAD:
            raise EvidenceError(f"{head.slot.key} is of {head.record.timestamp}, and here it is {now}; set the clock")
        return max(now, head.record.timestamp)


def breaks(archive: Archive, verifier: Verifier, head: str | None = None) -> Iterator[str]:
    """What is wrong with the chain, in its order; nothing if it is whole.

    A chain that was cut off at its end looks whole: `head`, the hash of a record that is known, must be in it.
    """
    before, hash_, seen = None, GENESIS, set()
    for slot in archive.slots():
        body = archive.read(slot.key)
        try:
            record = parse(body)
        except EvidenceError as error:
            yield f"{slot.key} {error}"
        else:
            yield from (f"{slot.key} {what}" for what in _wrong(slot, record, before, hash_, archive, verifier))
            before = record
        hash_ = digest(body)
        seen.add(hash_)
    if head is not None and head not in seen:
        yield f"the record of hash {head} is not in the chain"


def _wrong(
    slot: Slot, record: Record, before: Record | None, hash_: str, archive: Archive, verifier: Verifier
) -> Iterator[str]:
    if record.previous_hash != hash_:
        yield "does not follow the record before it: one is missing, changed or elsewhere"
    if not verifier.holds(record.unsigned, record.signature):
        yield "is not signed by the key"
    if record.type != CLOSED and record.timestamp.astimezone(UTC).date() != slot.day:
        yield f"is of {record.timestamp:%Y-%m-%d}, and filed under another day"
    if before is not None and record.timestamp < before.timestamp:
        yield "is older than the record before it"
    try:
        if digest(archive.read(record.evidence.path)) != record.evidence.hash:
            yield f"has a proof that was changed: {record.evidence.path}"
    except EvidenceError as error:
        yield f"has no proof: {error}"
