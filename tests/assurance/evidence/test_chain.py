"""The chain of evidence: what a record says, who may write when, and what is found in a chain that is not whole."""

import json
from collections.abc import Callable
from datetime import datetime
from fnmatch import fnmatch

import pytest

from assurance.evidence.archive import Slot
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
        "previous_hash": GENESIS,
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
    slots = [*vault.archive.slots()]
    assert slots == [Slot(at(28).date(), n) for n in (1, 2, 3)] + [Slot(at(30).date(), 4)]
    bodies = [vault.archive.read(slot.key) for slot in slots]
    assert [parse(body).previous_hash for body in bodies] == [GENESIS, *(digest(body) for body in bodies[:-1])]
    assert [parse(body).type for body in bodies] == ["unit-tests", "unit-tests", CLOSED, "unit-tests"]
    assert vault.breaks() == []


def test_everything_lies_where_the_buckets_policy_wants_it(vault: Vault):
    vault.write(at(28), "one")
    vault.write(at(29), "two")
    assert len(vault.listed()) == 5
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


@pytest.mark.parametrize(
    ("mine", "others", "days"),
    [
        (at(28, 13), at(28, 13), [28, 28, 28]),
        (at(28, 23, 59, 59), at(29, 0, 0, 1), [28, 28, 29, 29]),
        (at(29, 0, 0, 1), at(29, 0, 0, 1), [28, 28, 29, 29]),
        (at(29, 0, 0, 1), at(28, 23, 59, 59), [28, 28, 28, 29]),
    ],
)
def test_two_who_write_at_once_write_one_chain(vault: Vault, mine: datetime, others: datetime, days: list[int]):
    vault.write(at(28), "first")
    vault.writer(_overtaken(vault, mine, others)).store(Category.SAST, "scan", "mine", b"mine")
    assert [slot.day.day for slot in vault.archive.slots()] == days
    assert [slot.number for slot in vault.archive.slots()] == [*range(1, len(days) + 1)]
    assert vault.breaks() == []


def test_a_clock_that_is_far_behind_the_chain_writes_nothing(vault: Vault):
    vault.write(at(29, 12, 10), "one")
    before = vault.listed()
    with pytest.raises(EvidenceError) as refused:
        vault.write(at(29, 12, 4), "two")
    assert str(refused.value) == (
        "audit/2026/11/29/00000001.json is of 2026-11-29 12:10:00+00:00, and here it is 2026-11-29 12:04:00+00:00;"
        " set the clock"
    )
    assert vault.listed() == before


def _three(vault: Vault) -> list[str]:
    """Keys of three records of one day."""
    for event in ("one", "two", "three"):
        vault.write(at(29), event)
    return [slot.key for slot in vault.archive.slots()]


def _lacks_one(vault: Vault, keys: list[str]) -> None:
    vault.s3.delete_object(Bucket=BUCKET, Key=keys[1])


def _is_changed(vault: Vault, keys: list[str]) -> None:
    body = vault.archive.read(keys[1]).replace(b'"event":"two"', b'"event":"TWO"')
    vault.s3.put_object(Bucket=BUCKET, Key=keys[1], Body=body)


def _is_reordered(vault: Vault, keys: list[str]) -> None:
    one, two = (vault.archive.read(key) for key in keys[:2])
    vault.s3.put_object(Bucket=BUCKET, Key=keys[0], Body=two)
    vault.s3.put_object(Bucket=BUCKET, Key=keys[1], Body=one)


def _is_signed_by_another(vault: Vault, keys: list[str]) -> None:
    record = parse(vault.archive.read(keys[2]))
    signature = Signer(vault.kms, vault.another_key()).sign(record.unsigned)
    vault.s3.put_object(Bucket=BUCKET, Key=keys[2], Body=record.model_copy(update={"signature": signature}).stored)


def _is_not_signed(vault: Vault, keys: list[str]) -> None:
    record = parse(vault.archive.read(keys[2]))
    vault.s3.put_object(Bucket=BUCKET, Key=keys[2], Body=record.model_copy(update={"signature": ""}).stored)


def _is_refiled(vault: Vault, keys: list[str]) -> None:
    vault.s3.put_object(Bucket=BUCKET, Key=Slot(at(30).date(), 3).key, Body=vault.archive.read(keys[2]))
    vault.s3.delete_object(Bucket=BUCKET, Key=keys[2])


def _has_another_proof(vault: Vault, keys: list[str]) -> None:
    vault.s3.put_object(Bucket=BUCKET, Key=parse(vault.archive.read(keys[2])).evidence.path, Body=b"better")


def _has_no_proof(vault: Vault, keys: list[str]) -> None:
    vault.s3.delete_object(Bucket=BUCKET, Key=parse(vault.archive.read(keys[2])).evidence.path)


def _is_garbled(vault: Vault, keys: list[str]) -> None:
    vault.s3.put_object(Bucket=BUCKET, Key=keys[2], Body=json.dumps(json.loads(vault.archive.read(keys[2]))))


def _is_older(vault: Vault, keys: list[str]) -> None:
    record = parse(vault.archive.read(keys[2])).model_copy(update={"timestamp": at(29, 11), "signature": ""})
    signature = Signer(vault.kms, vault.key).sign(record.unsigned)
    vault.s3.put_object(Bucket=BUCKET, Key=keys[2], Body=record.model_copy(update={"signature": signature}).stored)


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
    vault.s3.delete_object(Bucket=BUCKET, Key=keys[2])
    assert vault.breaks() == []
    assert vault.breaks(head) == [f"the record of hash {head} is not in the chain"]


@pytest.mark.parametrize("name", ["notes.json", "1.json", "00000001.txt"])
def test_what_is_no_record_among_records_is_named(vault: Vault, name: str):
    _three(vault)
    vault.s3.put_object(Bucket=BUCKET, Key=f"{DAY}{name}", Body=b"{}")
    with pytest.raises(EvidenceError, match=f"^{DAY}{name} is no place of a record$"):
        vault.breaks()
