"""The payment service gets a closed namespace and a role for its own secrets, and its ApplicationSet learns of both."""

import json
from collections.abc import Sequence
from ipaddress import IPv4Network

import pulumi
import pytest

from components.apps.failover import LIMITS
from components.apps.payment import Payment, PaymentArgs
from components.aws.service_account import Identity
from components.aws.store_access import StoreAccess, database_statements, streaming_statements
from components.platform.delivery import Workload
from components.platform.namespace import Namespace, NamespaceArgs
from tests.components.aws.parts import HERE, cluster, identity, keys

NAMESPACE = "kubernetes:core/v1:Namespace"


STORES = (
    StoreAccess(
        bridge={"database_host": "db.example.com", "database_user": "payment-service"},
        statements=database_statements(HERE, "cluster-ABC", "payment-service"),
    ),
    StoreAccess(
        bridge={"streaming_brokers": "b-1.example.com:9098"},
        statements=streaming_statements("arn:aws:kafka:us-east-1:1:cluster/one/uuid-1", "payment-service"),
    ),
)


def payment(kind: Identity = "irsa", stores: Sequence[StoreAccess] = ()) -> Workload:
    mesh = Namespace("mesh", NamespaceArgs(name="mesh", isolation="none"))
    args = PaymentArgs(
        namespace="payment-service",
        overlay="payment-service/dev",
        identity=identity(kind, cluster()),
        secrets_key_arn=keys("secrets", name="app-keys").arns["secrets"],
        mesh=[mesh],
        limits=LIMITS,
        stores=stores,
        store_cidrs=[IPv4Network("10.16.200.0/26"), IPv4Network("10.16.200.64/26")],
    )
    built = Payment("payment", args)
    pulumi.export("bridge", built.workload.bridge)
    return built.workload


@pytest.mark.req("IAM-01", "IAM-02")
def test_only_the_services_own_account_assumes_the_role(build):
    role = build(payment).one("aws:iam/role:Role", "payment-payment-service")
    [statement] = json.loads(role.inputs["assumeRolePolicy"])["Statement"]
    pinned = statement["Condition"]["StringEquals"].values()
    assert sorted(pinned) == ["sts.amazonaws.com", "system:serviceaccount:payment-service:payment-service"]


@pytest.mark.req("IAM-02")
def test_the_role_reads_the_services_own_secrets_and_no_others(build):
    policy = build(payment).one("aws:iam/rolePolicy:RolePolicy", "payment-payment-service")
    statement, _ = json.loads(policy.inputs["policy"])["Statement"]
    assert statement["Action"] == ["secretsmanager:DescribeSecret", "secretsmanager:GetSecretValue"]
    assert statement["Resource"].split(":")[2:4] == ["secretsmanager", "us-east-1"]
    assert statement["Resource"].endswith(":secret:payment/*")


@pytest.mark.req("IAM-02", "KMS-05")
def test_the_key_of_secrets_opens_nothing_but_secrets(build):
    engine = build(payment)
    policy = engine.one("aws:iam/rolePolicy:RolePolicy", "payment-payment-service")
    _, statement = json.loads(policy.inputs["policy"])["Statement"]
    assert statement["Action"] == ["kms:Decrypt"]
    assert statement["Resource"] == engine.one("aws:kms/key:Key", "app-keys-secrets").outputs["arn"]
    through = {"kms:ViaService": "secretsmanager.us-east-1.amazonaws.com"}
    assert statement["Condition"] == {"StringEquals": through}


@pytest.mark.req("C-35", "MESH-06")
def test_its_namespace_joins_the_mesh_once_the_mesh_stands(build):
    engine = build(payment)
    namespace = engine.one(NAMESPACE, "payment-namespace")
    labels = namespace.inputs["metadata"]["labels"]
    assert (labels["istio-injection"], labels["compliance"]) == ("enabled", "pci-dss")
    assert engine.one(NAMESPACE, "mesh").urn in namespace.depends_on


@pytest.mark.req("C-36")
@pytest.mark.parametrize(("kind", "announced"), [("irsa", True), ("pod_identity", False)])
def test_the_bridge_announces_the_role_to_the_pod_only_under_irsa(build, kind, announced):
    engine = build(lambda: payment(kind))
    bridge = engine.stack_outputs()["bridge"]
    assert (bridge["namespace"], bridge["overlay"]) == ("payment-service", "payment-service/dev")
    role = engine.one("aws:iam/role:Role", "payment-payment-service")
    assert bridge.get("role_arn") == (role.outputs["arn"] if announced else None)


@pytest.mark.req("IAM-02", "DATA-02")
def test_the_role_connects_to_managed_stores_as_its_own_user_and_nobody_elses(build):
    engine = build(lambda: payment(stores=STORES))
    policy = engine.one("aws:iam/rolePolicy:RolePolicy", "payment-payment-service")
    found = {tuple(each["Action"]): each["Resource"] for each in json.loads(policy.inputs["policy"])["Statement"][2:]}
    here = f"{HERE.region}:{HERE.account}"
    assert found == {
        ("rds-db:connect",): f"arn:aws:rds-db:{here}:dbuser:cluster-ABC/payment-service",
        ("kafka-cluster:Connect",): "arn:aws:kafka:us-east-1:1:cluster/one/uuid-1",
        (
            "kafka-cluster:DescribeTopic",
            "kafka-cluster:ReadData",
            "kafka-cluster:WriteData",
        ): "arn:aws:kafka:us-east-1:1:topic/one/uuid-1/payment-service*",
        (
            "kafka-cluster:AlterGroup",
            "kafka-cluster:DescribeGroup",
        ): "arn:aws:kafka:us-east-1:1:group/one/uuid-1/payment-service*",
    }


@pytest.mark.req("GIT-15", "NP-04", "C-34")
def test_the_bridge_names_managed_stores_where_there_are_some(build):
    bridge = build(lambda: payment(stores=STORES)).stack_outputs()["bridge"]
    assert bridge["database_host"] == "db.example.com"
    assert bridge["streaming_brokers"] == "b-1.example.com:9098"
    assert bridge["store_cidrs"] == "10.16.200.0/26,10.16.200.64/26"


@pytest.mark.req("C-34")
def test_the_bridge_names_no_store_where_the_service_brings_its_own(build):
    own = build(payment).stack_outputs()["bridge"]
    assert own["overlay"] == "payment-service/dev"
    assert not [key for key in own if key.startswith(("database", "cache", "streaming", "store"))]
