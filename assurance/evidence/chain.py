"""A chain of records in an archive: adding to it, and telling whether it is whole (CMP-11)."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime

from assurance.evidence.archive import Archive, Slot, payload_key, slot_of
from assurance.evidence.record import (
    CLOSED,
    GENESIS,
    NO_PROOF,
    Category,
    Evidence,
    EvidenceError,
    Record,
    digest,
    parse,
)
from assurance.evidence.signature import Signer, Verifier

BEGINNING = Slot(date(2000, 1, 1), 0)
"""The place of the first record of every chain: it closes a day before all days."""
ATTEMPTS = 50


@dataclass(frozen=True)
class Head:
    """The newest record, and what the next one needs of it."""

    slot: Slot
    record: Record
    hash: str

    @property
    def day(self) -> date:
        """The day that is open: a record that closes one opens the day of its timestamp, and no other."""
        return self.record.timestamp.astimezone(UTC).date() if self.record.type == CLOSED else self.slot.day


class Chain:
    """Where records are added. Any number may write at once: the next place follows from the newest record alone."""

    def __init__(self, archive: Archive, signer: Signer, clock: Callable[[], datetime] | None = None) -> None:
        self._archive, self._signer, self._clock = archive, signer, clock or archive.now

    def store(self, category: Category, type_: str, event: str, payload: bytes) -> Record:
        """Keep a proof and the record of it; EvidenceError if others were faster again and again."""
        if type_ == CLOSED:
            raise EvidenceError(f"{CLOSED} is the chain's own type; choose another")
        draft = _draft(category, type_, event, self._clock())
        for _ in range(ATTEMPTS):
            head, now = self._head(), self._clock()
            if head is None:
                self._close(BEGINNING, None, now)
                continue
            now = max(now, head.record.timestamp)  # time does not run backwards in a chain
            slot = Slot(head.day, head.slot.number + 1)
            if slot.day < now.astimezone(UTC).date():
                self._close(slot, head, now)
                continue  # whoever closed the day
            if record := self._add(slot, head, draft.model_copy(update={"timestamp": now}), payload):
                return record
        raise EvidenceError(f"others took the next place {ATTEMPTS} times in a row; try again")

    def _close(self, slot: Slot, head: Head | None, now: datetime) -> None:
        """Take the next place of a day that is over: nobody who still thinks it is that day finds it free."""
        self._add(slot, head, _draft(Category.COMPLIANCE, CLOSED, "the day is closed", now), NO_PROOF)

    def _add(self, slot: Slot, head: Head | None, draft: Record, payload: bytes) -> Record | None:
        """Put a record into its place, behind its proof; None if the place is taken."""
        path = payload_key(slot.day, payload)
        what = draft.evidence.model_copy(update={"path": path, "hash": digest(payload)})
        previous = head.hash if head else GENESIS
        record = draft.model_copy(update={"evidence": what, "previous_hash": previous})
        signed = record.model_copy(update={"signature": self._signer.sign(record.unsigned)})
        self._archive.add(path, payload)
        return signed if self._archive.add(slot.key, signed.stored) else None

    def _head(self) -> Head | None:
        slot = self._archive.last()
        if slot is None:
            return None
        body = self._archive.read(slot.key)
        try:
            return Head(slot, parse(body), digest(body))
        except EvidenceError as error:
            raise EvidenceError(f"{slot.key} {error}") from None


def _draft(category: Category, type_: str, event: str, now: datetime) -> Record:
    """What is known of a record before its place is; pydantic's ValidationError if it cannot be one."""
    nowhere = Evidence(event=event, path="-", hash=GENESIS)
    return Record(timestamp=now, category=category, type=type_, previous_hash=GENESIS, evidence=nowhere)


@dataclass(frozen=True)
class Verdict:
    """What was read of a chain: from which record on, up to which hash, and what is wrong with it, in its order."""

    since: str | None
    head: str | None
    breaks: list[str]


def verify(archive: Archive, verifier: Verifier, known: str | None = None, now: datetime | None = None) -> Verdict:
    """Read the chain from the oldest record that is kept: those before it have come to the end of their retention.

    A chain that was cut off at its end looks whole: `known`, the hash of a record, must be in it.
    """
    breaks, hashes = list[str](), list[str]()
    since: str | None = None
    before: Record | None = None
    for key in archive.records():
        slot = slot_of(key)
        if slot is None:
            breaks.append(f"{key} is no place of a record")
            continue
        body = archive.read(key)
        try:
            record = parse(body)
        except EvidenceError as error:
            breaks.append(f"{key} {error}")
        else:
            previous = hashes[-1] if hashes else GENESIS if slot == BEGINNING else record.previous_hash
            breaks += [f"{key} {what}" for what in _wrong(slot, record, before, previous, archive, verifier)]
            before = record
        since = since or key
        hashes.append(digest(body))
    breaks += archive.rewritten(now or archive.now())
    if known is not None and known not in hashes:
        breaks.append(f"the record of hash {known} is not in the chain")
    return Verdict(since, hashes[-1] if hashes else None, breaks)


def _wrong(
    slot: Slot, record: Record, before: Record | None, previous: str, archive: Archive, verifier: Verifier
) -> Iterator[str]:
    if record.previous_hash != previous:
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
