"""Who may do what in a stack: nobody everything, and whoever comes from outside by name."""

import json
from collections.abc import Iterable

import pytest

from tests import records
from tests.recorder import Engine

PROVIDER = "pulumi:providers:aws"
KUBERNETES = "pulumi:providers:kubernetes"
CLUSTER = "aws:eks/cluster:Cluster"


def statements(engine: Engine, token: str, field: str) -> Iterable[tuple[str, dict]]:
    for record in engine.of(token):
        for statement in json.loads(record.inputs[field])["Statement"]:
            yield record.name, statement


@pytest.mark.req("GOV-02")
def test_nothing_of_a_govcloud_stack_names_the_commercial_partition():
    engine = records.of_stack("govcloud")
    named = [r.name for r in engine.records if r.token.startswith("aws:") and "arn:aws:" in json.dumps(r.inputs)]
    assert engine.one(PROVIDER).inputs["region"] == "us-gov-west-1"
    assert named == []


@pytest.mark.req("IAM-02")
@pytest.mark.parametrize("stack", [*records.COMMITTED, *records.ORDERED])
def test_no_role_may_do_everything_to_everything(stack):
    for name, statement in statements(records.of_stack(stack), "aws:iam/rolePolicy:RolePolicy", "policy"):
        assert "*" not in statement["Action"], name
        assert not any(action.endswith(":*") for action in statement["Action"]), name


@pytest.mark.req("IAM-01", "IAM-02")
@pytest.mark.parametrize("stack", ["dev", "global", "govcloud"])
def test_whoever_comes_with_a_token_is_pinned_by_subject_and_audience(stack):
    found = 0
    for name, statement in statements(records.of_stack(stack), "aws:iam/role:Role", "assumeRolePolicy"):
        if "Federated" in statement["Principal"]:
            pins = {key.rpartition(":")[2] for test in statement["Condition"].values() for key in test}
            assert pins == {"sub", "aud"}, name
            found += 1
    assert found


@pytest.mark.req("PLT-07")
def test_what_reaches_the_cluster_is_bound_to_the_cluster_and_not_to_who_deploys_it():
    engine = records.of_stack("dev")
    provider = engine.one(KUBERNETES).inputs
    cluster = engine.one(CLUSTER).outputs
    config = json.loads(provider["kubeconfig"])
    assert provider["clusterIdentifier"] == cluster["identities"][0]["oidcs"][0]["issuer"]
    assert config["clusters"][0]["cluster"]["server"] == cluster["endpoint"]
    assert "AWS_PROFILE" not in provider["kubeconfig"]
    assert "token" not in config["users"][0]["user"]
    assert json.loads(provider["enableServerSideApply"]) is True
