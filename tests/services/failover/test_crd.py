"""The Failover kind as a cluster knows it: the payment document passes, a misshapen one does not."""

from copy import deepcopy
from typing import Any

import pytest
from jsonschema import Draft202012Validator

from services.failover.crd import definition
from tests.services.failover.test_spec import AS_WRITTEN

pytestmark = pytest.mark.req("BDR-10")


def schema() -> dict[str, Any]:
    """The schema of the only version."""
    (version,) = definition()["spec"]["versions"]
    return dict(version["schema"]["openAPIV3Schema"])


def complaints(document: dict[str, Any]) -> list[str]:
    """What the cluster would say of a document."""
    return [error.message for error in Draft202012Validator(schema()).iter_errors(document)]


def test_the_kind_is_the_one_that_the_payment_document_names():
    spec = definition()["spec"]
    (version,) = spec["versions"]
    assert f"{spec['group']}/{version['name']}" == AS_WRITTEN["apiVersion"]
    assert spec["names"]["kind"] == AS_WRITTEN["kind"]
    assert definition()["metadata"]["name"] == f"{spec['names']['plural']}.{spec['group']}"


def test_the_payment_document_passes():
    assert complaints(AS_WRITTEN) == []


@pytest.mark.parametrize(
    ("section", "value", "said"),
    [
        ("failoverPolicy", {"automatic": "yes", "delay": "5m"}, "'yes' is not of type 'boolean'"),
        ("failoverPolicy", {"automatic": True, "delay": "soon"}, "'soon' does not match"),
        ("failoverPolicy", {"delay": "5m"}, "'automatic' is a required property"),
        ("healthChecks", [], "[] should be non-empty"),
        ("healthChecks", [{"type": "ping"}], "'ping' is not one of ['http', 'metric']"),
        ("healthChecks", [{"type": "http", "failureThreshold": 0}], "0 is less than the minimum of 1"),
    ],
)
def test_a_misshapen_document_is_refused_by_the_cluster(section: str, value: Any, said: str):
    document = deepcopy(AS_WRITTEN)
    document["spec"][section] = value
    assert any(said in complaint for complaint in complaints(document)), complaints(document)


def test_the_schema_is_structural():
    def parts(node: Any) -> list[str]:
        if isinstance(node, dict):
            return [*node, *(key for value in node.values() for key in parts(value))]
        return [key for value in node for key in parts(value)] if isinstance(node, list) else []

    assert not {"$ref", "$defs", "anyOf", "oneOf", "const", "default", "title"} & set(parts(schema()))
