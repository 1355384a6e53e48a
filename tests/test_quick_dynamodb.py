"""Updates that are looked at faster leave the same rows behind, and are refused for the same reasons."""

import copy
from typing import Any

import boto3
import pytest
from botocore.exceptions import ClientError
from moto.dynamodb.parsing import validators

from tests import local_aws, quick_dynamodb

KEY = {"name": {"S": "a"}}
NAMES = {"#state": "state", "#rows": "rows"}
VALUES = {":one": {"N": "1"}, ":list": {"L": [{"S": "x"}, {"S": "y"}]}, ":to": {"S": "b"}}
UPDATES = [
    "SET #state = :to",
    "SET tally = :one, #rows = :list, #state = :to, more = if_not_exists(more, :one)",
    "SET tally = tally + :one, #rows[0] = :to, #rows = :list",
    "SET #rows[1] = :to, tally = if_not_exists(tally, :one) - :one REMOVE more, #state",
    "SET #rows = list_append(#rows, :list) ADD sum_of :one",
    "REMOVE #rows[0], #rows[2]",
    "SET #state = absent.deep",
    "SET tally = :one, tally = :one",
    "SET name = :to",
    "SET #state = :one REMOVE more REMOVE tally",
    "ADD #state :one",
    "SET #state :to",
]


@pytest.fixture
def quick() -> None:
    assert (validators.deepcopy, quick_dynamodb._Walker.traverse) == (quick_dynamodb._copied, quick_dynamodb._walk)
    assert quick_dynamodb._Table.__deepcopy__ is quick_dynamodb._table


def history() -> list[Any]:
    """What each update of a row led to, one after the other."""
    found: list[Any] = []
    with local_aws.empty():
        table = boto3.client("dynamodb", region_name="us-east-1")
        table.create_table(
            TableName="t",
            BillingMode="PAY_PER_REQUEST",
            KeySchema=[{"AttributeName": "name", "KeyType": "HASH"}],
            AttributeDefinitions=[{"AttributeName": "name", "AttributeType": "S"}],
        )
        for expression in UPDATES * 2:
            names = {name: to for name, to in NAMES.items() if name in expression}
            values = {value: to for value, to in VALUES.items() if value in expression}
            given = {"ExpressionAttributeNames": names, "ExpressionAttributeValues": values}
            try:
                more: dict[str, Any] = {key: each for key, each in given.items() if each}
                table.update_item(TableName="t", Key=KEY, UpdateExpression=expression, **more)
            except ClientError as error:
                found.append(str(error))
            else:
                found.append(table.get_item(TableName="t", Key=KEY)["Item"])
        found.extend(_transact(table, name) for name in "abab")
    return found


def _transact(table: Any, name: str) -> Any:
    """What is there after changes in place, all or nothing; the second time one of them is refused."""
    where = {"TableName": "t", "Key": {"name": {"S": name}}}
    values = {":one": {"N": "1"}, ":list": {"L": [{"S": "z"}]}, ":set": {"SS": [name, "c"]}, ":low": {"N": "9"}}
    update = "SET #rows = list_append(if_not_exists(#rows, :list), :list) ADD tally :one, letters :set"
    condition = "attribute_not_exists(#new) OR (#tally > :low AND NOT contains(letters, :one))"
    changes: list[Any] = [
        {"Update": {**where, "UpdateExpression": update, "ExpressionAttributeNames": {"#rows": "rows"}}},
        {"Put": {"TableName": "t", "Item": {"name": {"S": f"{name}-new"}, "new": {"N": "1"}}}},
    ]
    changes[0]["Update"]["ExpressionAttributeValues"] = {each: values[each] for each in (":one", ":list", ":set")}
    changes[1]["Put"].update(
        ConditionExpression=condition,
        ExpressionAttributeNames={"#new": "new", "#tally": "tally"},
        ExpressionAttributeValues={":low": values[":low"], ":one": {"S": "1"}},
    )
    said = ""
    try:
        table.transact_write_items(TransactItems=changes)
    except ClientError as error:
        said = str(error)
    return said, sorted(map(str, table.scan(TableName="t")["Items"]))


@pytest.mark.usefixtures("quick")
def test_rows_and_refusals_are_those_of_the_library(monkeypatch: pytest.MonkeyPatch) -> None:
    ours = history()
    monkeypatch.setattr(quick_dynamodb._Parser, "make", quick_dynamodb._parse_slowly)
    monkeypatch.setattr(validators, "deepcopy", copy.deepcopy)
    monkeypatch.setattr(quick_dynamodb._Walker, "traverse", quick_dynamodb._walk_slowly)
    monkeypatch.setattr(quick_dynamodb._Node, "find_clauses", quick_dynamodb._clauses_slowly)
    monkeypatch.setattr(quick_dynamodb._Condition, "_lex_condition_expression", quick_dynamodb._lex_slowly)
    monkeypatch.setattr(quick_dynamodb._Value, "__deepcopy__", quick_dynamodb._copy_value)
    monkeypatch.setattr(quick_dynamodb._Row, "__deepcopy__", quick_dynamodb._copy_row)
    monkeypatch.delattr(quick_dynamodb._Table, "__deepcopy__")
    theirs = history()
    assert ours == theirs
    assert sum(isinstance(each, str) for each in ours) >= 6
    assert len({str(each) for each in ours}) > len(UPDATES)
    assert [bool(said) for said, _ in ours[-4:]] == [False, False, True, True]
    assert ours[-4][1] != ours[-3][1] == ours[-2][1] == ours[-1][1]
