"""The chain of evidence: what a record says, who may write when, and what is found in a chain that is not whole."""

import json
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from fnmatch import fnmatch
from types import SimpleNamespace

import pytest
from botocore.exceptions import ClientError

from assurance.evidence.archive import Archive, Slot
from assurance.evidence.chain import BEGINNING, Chain, verify
from assurance.evidence.record import CLOSED, GENESIS, Category, EvidenceError, digest, parse
from assurance.evidence.signature import Signer
from components.aws.evidence import BY_DAY
from tests.assurance.evidence.conftest import BUCKET, Vault, at

pytestmark = pytest.mark.req("CMP-11")


def test_a_record_has_the_fields_asked_for_and_a_signature(vault: Vault):
    vault.writer(lambda: at(29)).store(Category.LOAD_TESTS, "load-test", "5,000 requests a second", b"proof")
    body = vault.archive.read("audit/2026/11/29/00000001.json")
    said = json.loads(body)
    assert said.pop("signature") != ""
    assert said == {
        "timestamp": "2026-11-29T12:00:00Z",
        "category": "Load Tests",
        "type": "load-test",
        "previous_hash": digest(vault.archive.read(BEGINNING.key)),
        "evidence": {
            "event": "5,000 requests a second",
            "path": f"audit/2026/11/29/proof/{digest(b'proof')}",
            "hash": digest(b"proof"),
        },
    }
    record = parse(body)
    assert vault.verifier.holds(record.unsigned, record.signature)


def test_the_categories_are_the_five_asked_for():
    assert [*Category] == ["SAST", "Tests", "Load Tests", "Secrets", "Compliance"]


def test_each_record_names_the_one_before_it_across_days_too(vault: Vault):
    for moment, event in ((at(28), "one"), (at(28, 13), "two"), (at(30), "three")):
        vault.write(moment, event)
    assert vault.slots() == [BEGINNING, *(Slot(at(28).date(), n) for n in (1, 2, 3)), Slot(at(30).date(), 4)]
    bodies = [vault.archive.read(slot.key) for slot in vault.slots()]
    assert [parse(body).previous_hash for body in bodies] == [GENESIS, *(digest(body) for body in bodies[:-1])]
    assert [parse(body).type for body in bodies] == [CLOSED, "unit-tests", "unit-tests", CLOSED, "unit-tests"]
    assert vault.breaks() == []


def test_everything_lies_where_the_buckets_policy_wants_it(vault: Vault):
    vault.write(at(28), "one")
    vault.write(at(29), "two")
    assert len(vault.listed()) == 8
    assert [key for key in vault.listed() if not fnmatch(key, BY_DAY)] == []


def test_an_object_is_never_replaced(vault: Vault):
    assert vault.archive.add("audit/2026/11/29/proof/x", b"first")
    assert not vault.archive.add("audit/2026/11/29/proof/x", b"second")
    assert vault.archive.read("audit/2026/11/29/proof/x") == b"first"


def _overtaken(vault: Vault, mine: datetime, others: datetime) -> Callable[[], datetime]:
    """A clock of somebody who is overtaken between looking and writing."""
    left = ["another"]

    def now() -> datetime:
        if left:
            vault.write(others, left.pop())
        return mine

    return now


LATE, EARLY = at(28, 23, 59, 59), at(29, 0, 0, 1)


@pytest.mark.parametrize(
    ("before", "mine", "others"),
    [
        ([at(28)], at(28, 13), at(28, 13)),
        ([at(28)], LATE, EARLY),
        ([at(28)], EARLY, EARLY),
        ([at(28)], EARLY, LATE),
        ([], LATE, EARLY),
        ([], EARLY, LATE),
        ([at(26)], LATE, EARLY),
        ([at(26)], EARLY, LATE),
    ],
)
@pytest.mark.parametrize("closed", [False, True])
def test_two_who_write_at_once_write_one_chain(
    vault: Vault, before: list[datetime], mine: datetime, others: datetime, closed: bool
):
    for moment in before:
        vault.write(moment, "first")
    if closed and before:
        _closed_at(vault, at(27))
    vault.writer(_overtaken(vault, mine, others)).store(Category.SAST, "scan", "mine", b"mine")
    assert vault.breaks() == []
    assert [slot.number for slot in vault.slots()] == [*range(len(vault.slots()))]
    events = {parse(vault.archive.read(slot.key)).evidence.event for slot in vault.slots()}
    assert events == {"the day is closed", "another", "mine", *(["first"] if before else [])}


def _closed_at(vault: Vault, moment: datetime) -> None:
    """As one who closed a day and went no further."""
    writer = vault.writer(lambda: moment)
    head = writer._head()
    assert head is not None
    if moment > head.record.timestamp:
        writer._close(Slot(head.day, head.slot.number + 1), head, moment)


def test_a_day_that_was_opened_and_had_no_record_is_closed_before_the_next(vault: Vault):
    vault.write(at(26), "one")
    _closed_at(vault, at(27))
    vault.write(at(29), "two")
    assert [(slot.day.day, slot.number) for slot in vault.slots()] == [(1, 0), (26, 1), (26, 2), (27, 3), (29, 4)]
    assert vault.breaks() == []


def test_a_clock_that_is_behind_the_chain_writes_with_the_chains_time(vault: Vault):
    vault.write(at(29, 0, 0, 1), "one")
    assert vault.write(at(28, 23, 59), "two").timestamp == at(29, 0, 0, 1)
    assert vault.breaks() == []


def test_the_time_is_s3s_which_all_writers_share(vault: Vault, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.undo()
    said = {"ResponseMetadata": {"HTTPHeaders": {"date": "Sun, 29 Nov 2026 12:00:00 GMT"}}}
    archive = Archive(SimpleNamespace(head_bucket=lambda **_: said), BUCKET)
    assert archive.now() == at(29)
    assert Chain(archive, Signer(vault.kms, vault.key))._clock == archive.now


def test_nobody_closes_a_day_by_hand(vault: Vault):
    with pytest.raises(EvidenceError) as refused:
        vault.writer(lambda: at(29)).store(Category.TESTS, CLOSED, "over", b"")
    assert str(refused.value) == "day-closed is the chain's own type; choose another"
    assert vault.listed() == []


def _three(vault: Vault) -> list[str]:
    """Keys of three records of one day."""
    for event in ("one", "two", "three"):
        vault.write(at(29), event)
    return [slot.key for slot in vault.slots()[1:]]


def _lacks_one(vault: Vault, keys: list[str]) -> None:
    vault.lose(keys[1])


def _is_changed(vault: Vault, keys: list[str]) -> None:
    vault.put(keys[1], vault.archive.read(keys[1]).replace(b'"event":"two"', b'"event":"TWO"'))


def _is_reordered(vault: Vault, keys: list[str]) -> None:
    one, two = (vault.archive.read(key) for key in keys[:2])
    vault.put(keys[0], two)
    vault.put(keys[1], one)


def _signed_by(vault: Vault, key: str, signature: str, **changes: object) -> None:
    record = parse(vault.archive.read(key)).model_copy(update=changes)
    signature = signature and Signer(vault.kms, signature).sign(record.unsigned)
    vault.put(key, record.model_copy(update={"signature": signature}).stored)


def _is_signed_by_another(vault: Vault, keys: list[str]) -> None:
    _signed_by(vault, keys[2], vault.another_key())


def _is_not_signed(vault: Vault, keys: list[str]) -> None:
    _signed_by(vault, keys[2], "")


def _is_older(vault: Vault, keys: list[str]) -> None:
    _signed_by(vault, keys[2], vault.key, timestamp=at(29, 11))


def _is_refiled(vault: Vault, keys: list[str]) -> None:
    body = vault.archive.read(keys[2])
    vault.lose(keys[2])
    vault.put(Slot(at(30).date(), 3).key, body)


def _has_another_proof(vault: Vault, keys: list[str]) -> None:
    vault.put(parse(vault.archive.read(keys[2])).evidence.path, b"better")


def _has_no_proof(vault: Vault, keys: list[str]) -> None:
    vault.lose(parse(vault.archive.read(keys[2])).evidence.path)


def _is_garbled(vault: Vault, keys: list[str]) -> None:
    vault.put(keys[2], json.dumps(json.loads(vault.archive.read(keys[2]))).encode())


def _has_a_stranger(vault: Vault, keys: list[str]) -> None:
    vault.put(f"{DAY}notes.json", b"{}")


def _is_hidden_at_its_end(vault: Vault, keys: list[str]) -> None:
    vault.s3.delete_object(Bucket=BUCKET, Key=keys[2])


def _is_replaced_at_its_end(vault: Vault, keys: list[str]) -> None:
    _is_hidden_at_its_end(vault, keys)
    vault.write(at(29), "better")


DAY, FOLLOWS = "audit/2026/11/29/", "does not follow the record before it: one is missing, changed or elsewhere"


@pytest.mark.parametrize(
    ("spoil", "found"),
    [
        (_lacks_one, [f"{DAY}00000003.json {FOLLOWS}"]),
        (_is_changed, [f"{DAY}00000002.json is not signed by the key", f"{DAY}00000003.json {FOLLOWS}"]),
        (_is_reordered, [f"{DAY}0000000{n}.json {FOLLOWS}" for n in (1, 2, 3)]),
        (_is_signed_by_another, [f"{DAY}00000003.json is not signed by the key"]),
        (_is_not_signed, [f"{DAY}00000003.json is not signed by the key"]),
        (_is_refiled, ["audit/2026/11/30/00000003.json is of 2026-11-29, and filed under another day"]),
        (_has_another_proof, [f"{DAY}00000003.json has a proof that was changed: {DAY}proof/{digest(b'three')}"]),
        (_has_no_proof, [f"{DAY}00000003.json has no proof: {DAY}proof/{digest(b'three')} is missing"]),
        (_is_garbled, [f"{DAY}00000003.json is not written as records are"]),
        (_is_older, [f"{DAY}00000003.json is older than the record before it"]),
        (_has_a_stranger, [f"{DAY}notes.json is no place of a record"]),
        (_is_hidden_at_its_end, [f"{DAY}00000003.json was deleted while it is locked"]),
        (
            _is_replaced_at_its_end,
            [f"{DAY}00000003.json was deleted while it is locked", f"{DAY}00000003.json was written 2 times"],
        ),
    ],
)
def test_a_chain_that(vault: Vault, spoil: Callable[[Vault, list[str]], None], found: list[str]):
    keys = _three(vault)
    assert vault.breaks() == []
    spoil(vault, keys)
    assert vault.breaks() == found


def test_a_chain_without_its_end_lacks_the_head_that_somebody_knows(vault: Vault):
    keys = _three(vault)
    head = digest(vault.archive.read(keys[2]))
    assert vault.breaks(head) == []
    vault.lose(keys[2])
    assert vault.breaks() == []
    assert vault.breaks(head) == [f"the record of hash {head} is not in the chain"]


def test_a_chain_whose_first_days_are_past_their_retention_is_whole_from_the_oldest_record_on(vault: Vault):
    for day in (26, 27, 28):
        vault.write(at(day), str(day))
    vault.lose(*(key for key in vault.listed() if not key.startswith(("audit/2026/11/27", "audit/2026/11/28"))))
    found = verify(vault.archive, vault.verifier, now=datetime.now(UTC))
    assert (found.since, found.breaks) == ("audit/2026/11/27/00000003.json", [])


def test_a_deletion_after_the_retention_is_none(vault: Vault):
    keys = _three(vault)
    vault.s3.delete_object(Bucket=BUCKET, Key=keys[2])
    assert verify(vault.archive, vault.verifier, now=datetime.now(UTC) + timedelta(days=1100)).breaks == []


def test_a_last_record_that_cannot_be_read_is_named_and_nothing_is_added(vault: Vault):
    keys = _three(vault)
    vault.put(keys[2], b"{}")
    before = vault.listed()
    with pytest.raises(EvidenceError, match=rf"^{keys[2]} is no record of evidence \(5 of its fields\)$"):
        vault.write(at(29), "four")
    assert vault.listed() == before


def test_a_write_that_meets_another_is_tried_again(vault: Vault, monkeypatch: pytest.MonkeyPatch):
    truth, met = vault.s3.put_object, ["one", "two"]

    def put(**request: object) -> object:
        if met:
            met.pop()
            said = {"Error": {"Code": "ConditionalRequestConflict", "Message": "meanwhile"}}
            raise ClientError(said, "PutObject")
        return truth(**request)

    monkeypatch.setattr(vault.s3, "put_object", put)
    assert vault.archive.add(f"{DAY}proof/x", b"x")
    met.extend(["again"] * 9)
    with pytest.raises(EvidenceError, match=f"^{DAY}proof/y met another write 5 times in a row; try again$"):
        vault.archive.add(f"{DAY}proof/y", b"y")
