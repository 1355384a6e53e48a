"""Rows of data against the models of the services: what a row names exists, and values find their way both ways."""

from collections.abc import Iterator
from functools import cache
from typing import Any

import botocore.session
import jmespath
import pytest
from botocore import xform_name

from sandbox.providers.aws import shapes, table
from sandbox.providers.aws.asking import locate, pattern
from sandbox.providers.aws.row import Call, Row
from sandbox.providers.aws.tagging import calls as tag_calls
from sandbox.providers.protocol import ProviderError

ROWS = {row.type: row for row in table.ROWS}
every_row = pytest.mark.parametrize("row", ROWS.values(), ids=ROWS)


@cache
def operations(service: str) -> dict[str, Any]:
    """Operation, as boto3 names it -> botocore's model of it."""
    model = botocore.session.get_session().get_service_model(service)
    return {xform_name(name): model.operation_model(name) for name in model.operation_names}


def said(row: Row) -> Iterator[Call]:
    """Every call that a row speaks of."""
    tags = [] if callable(row.tags) else tag_calls(row)
    for each in (row.create, row.read, row.delete, *row.update.values(), *row.more, *tags):
        if isinstance(each, str | Call):
            call = Call(each) if isinstance(each, str) else each
            yield from (call, Call(call.off)) if call.off else (call,)


@every_row
def test_every_call_of_a_row_is_one_of_its_service(row: Row) -> None:
    assert {call.operation for call in said(row)} <= operations(row.api).keys()


@every_row
def test_every_fixed_parameter_is_one_of_its_call(row: Row) -> None:
    for call in said(row):
        members = operations(row.api)[call.operation].input_shape.members
        assert call.fixed.keys() <= members.keys(), call.operation


@every_row
def test_every_path_of_a_row_can_be_read(row: Row) -> None:
    paths = [call.path for call in said(row)] + [path for path in row.found.values() if isinstance(path, str)]
    assert all(jmespath.compile(path) for path in paths if path)


def lost(row: Row, call: Call, keys: str) -> set[str]:
    """The inputs that a call does not take."""
    shape, texts = operations(row.api)[call.operation].input_shape, repr(call.fixed)
    taken = {key for key in keys.split() if shapes.place(shape, row.names.get(key, key), row.within)[1]}
    return {key for key in keys.split() if key not in taken and f"{{{key}}}" not in texts}


@every_row
def test_an_input_that_makes_a_new_object_is_taken_by_the_call_that_makes_it(row: Row) -> None:
    if isinstance(row.create, Call):
        assert lost(row, row.create, f"{row.replace} {row.name}") <= set(row.write_only.split())


@every_row
def test_an_input_that_is_changed_in_place_is_taken_by_the_call_that_changes_it(row: Row) -> None:
    for keys, change in row.update.items():
        if isinstance(change, str | Call):
            call = Call(change) if isinstance(change, str) else change
            assert not lost(row, call, f"{keys} {call.takes}") or call.off, call.operation


def test_names_of_the_api_are_written_as_the_vendor_does() -> None:
    names = ["VpcId", "DBClusterArn", "ARN", "KMSKeyId", "name", "OpenIDConnectProviderArn"]
    spelt = ["vpcId", "dbClusterArn", "arn", "kmsKeyId", "name", "openIDConnectProviderArn"]
    assert [shapes.camel(name) for name in names] == spelt


def test_a_value_goes_to_the_parameter_of_its_name_and_form() -> None:
    shape = operations("ecr")["create_repository"].input_shape
    values = {
        "encryptionConfigurations": [{"encryptionType": "KMS"}],
        "imageScanningConfiguration": {"scanOnPush": "true"},
    }
    assert shapes.request(shape, {**values, "tags": {"b": "2", "a": "1"}, "other": 1, "repositoryName": None}, {}) == {
        "encryptionConfiguration": {"encryptionType": "KMS"},
        "imageScanningConfiguration": {"scanOnPush": True},
        "tags": [{"Key": "a", "Value": "1"}, {"Key": "b", "Value": "2"}],
    }


def test_words_that_differ_are_named_once_for_both_ways() -> None:
    shape = operations("backup")["create_backup_plan"].input_shape
    names = {"name": "BackupPlanName", "rules.target": "TargetBackupVaultName"}
    asked = {"name": "daily", "rules": [{"ruleName": "one", "target": "vault"}]}
    made = shapes.request(shape, asked, names, within="BackupPlan")
    assert made == {
        "BackupPlan": {
            "BackupPlanName": "daily",
            "Rules": [{"RuleName": "one", "TargetBackupVaultName": "vault"}],
        }
    }
    told = shapes.decode(shape, made)["backupPlan"]
    assert shapes.renamed(told["rules"], names, "rules") == asked["rules"]


def test_a_key_inside_a_block_that_the_api_does_not_have_is_refused() -> None:
    shape = operations("ecr")["create_repository"].input_shape
    with pytest.raises(ProviderError) as error:
        shapes.request(shape, {"imageScanningConfiguration": {"scanOnPull": True}}, {})
    assert str(error.value) == (
        "imageScanningConfiguration.scanOnPull: the API has no such setting; ImageScanningConfiguration has scanOnPush"
    )


def test_the_parts_of_an_id_locate_the_object() -> None:
    arn = "arn:aws:iam::123456789012:role/one"
    row = ROWS["aws:eks/accessEntry:AccessEntry"]
    assert locate(row, f"one:{arn}", {}) == {"id": f"one:{arn}", "clusterName": "one", "principalArn": arn}
    row = ROWS["aws:eks/podIdentityAssociation:PodIdentityAssociation"]
    where = {"clusterName": "one", "associationId": "a-1"}
    assert locate(row, "a-1", {"clusterName": "one"}) == {"id": "a-1", **where}
    assert locate(row, "one,a-1", {}) == {"id": "one,a-1", **where}


def test_a_path_within_an_arn_is_kept_apart_from_the_name() -> None:
    found = pattern("role{path}{name}").fullmatch("role/teams/payment/one")
    assert found is not None
    assert found.groupdict() == {"path": "/teams/payment/", "name": "one"}
