"""What a stack is made of."""

import json

import pytest

from tests import records
from tests.infra.config import orders
from tests.infra.needs import stands_on, urns

PROVIDER = "pulumi:providers:aws"
KUBERNETES = "pulumi:providers:kubernetes"
CLUSTER = "aws:eks/cluster:Cluster"


@pytest.mark.req("PLT-04", "PLT-07")
def test_the_provider_acts_in_one_account_and_region_and_tags_whatever_it_makes():
    provider = records.of_stack("dev").one(PROVIDER)
    assert provider.inputs["region"] == "us-east-1"
    assert json.loads(provider.inputs["allowedAccountIds"]) == ["000000000101"]
    assert json.loads(provider.inputs["defaultTags"]) == {
        "tags": {
            "Environment": "dev",
            "Application": "platform",
            "DataClass": "synthetic",
            "ManagedBy": "pulumi",
            "Compliance": "pci-dss+soc2",
            "CostCenter": "platform-engineering",
        }
    }


@pytest.mark.req("PLT-04", "EKS-12")
def test_what_people_type_is_named_by_environment_and_application_unless_stated():
    assert records.of_stack("dev").one(CLUSTER).inputs["name"] == "dev-platform"
    engine = records.of_stack("production")
    assert engine.one(CLUSTER).inputs["name"] == "production-us-east-1"
    names = {record.inputs["name"] for record in engine.of("aws:kms/alias:Alias")}
    assert names == {f"alias/production-platform-{key}" for key in ("eks", "ebs", "secrets", "logs", "audit", "alerts")}


@pytest.mark.req("EKS-02", "EKS-06", "KMS-01", "KMS-04", "PLT-07")
def test_production_is_private_dedicated_protected_and_its_cluster_key_can_be_replicated():
    engine = records.of_stack("production")
    cluster = engine.one(CLUSTER).inputs
    keys = {r.name: r for r in engine.of("aws:kms/key:Key")}
    assert cluster["vpcConfig"]["endpointPublicAccess"] is False
    assert cluster["deletionProtection"] is True
    template = engine.one("aws:ec2/launchTemplate:LaunchTemplate", "nodes-general")
    assert template.inputs["placement"] == {"tenancy": "dedicated"}
    assert {name: key.inputs["multiRegion"] for name, key in keys.items()} == {
        "keys-eks": True,
        "keys-ebs": False,
        "keys-secrets": True,
        "keys-logs": False,
        "keys-audit": False,
        "keys-alerts": False,
    }
    assert all(key.options["protect"] for key in keys.values())


@pytest.mark.req("KMS-04")
@pytest.mark.parametrize("class_", ["eks", "secrets"])
def test_the_clusters_key_is_kept_a_second_time_where_production_recovers(class_):
    engine = records.of_stack("production")
    replica = engine.one("aws:kms/replicaKey:ReplicaKey", f"keys-{class_}-replica")
    primary = engine.one("aws:kms/key:Key", f"keys-{class_}")
    alias = engine.one("aws:kms/alias:Alias", f"keys-{class_}-replica")
    assert replica.inputs["primaryKeyArn"] == primary.outputs["arn"]
    assert (replica.inputs["region"], alias.inputs["region"]) == ("us-west-2", "us-west-2")
    assert alias.inputs["name"] == f"alias/production-platform-{class_}"
    assert alias.inputs["targetKeyId"] == replica.outputs["keyId"]
    assert [*alias.property_dependencies["targetKeyId"]] == [replica.urn]  # both keys have one id
    assert json.loads(replica.inputs["policy"]) == json.loads(primary.inputs["policy"])
    assert replica.options["protect"] is True
    assert records.of_stack("dev").none_of("aws:kms/replicaKey:ReplicaKey")


@pytest.mark.req("KMS-04")
def test_the_recovery_region_has_keys_of_its_own_for_what_stays_there():
    engine = records.of_stack("dr")
    keys = {r.inputs["name"]: r.outputs["targetKeyArn"] for r in engine.of("aws:kms/alias:Alias")}
    assert {f"alias/dr-platform-{key}" for key in ("eks", "ebs", "rds", "secrets")} <= set(keys)
    assert all(":us-west-2:" in arn for arn in keys.values())
    database = engine.one("aws:rds/cluster:Cluster")
    assert database.inputs["kmsKeyId"] == keys["alias/dr-platform-rds"]
    assert ":us-west-2:" in database.outputs["arn"]


@pytest.mark.req("KMS-04", "BDR-05")
def test_the_vault_in_the_recovery_region_has_a_key_of_its_own_there():
    engine = records.of_stack("prod")
    key = engine.one("aws:kms/key:Key", "keys-recovery-backup")
    there, here = (engine.one("aws:backup/vault:Vault", name) for name in ("backup-recovery", "backup"))
    assert (there.inputs["name"], there.inputs["kmsKeyArn"]) == ("dr-vault", key.outputs["arn"])
    assert key.inputs["multiRegion"] is False
    assert all(":us-west-2:" in each.outputs["arn"] for each in (key, there))
    assert ":us-east-1:" in here.inputs["kmsKeyArn"]


@pytest.mark.req("NET-10")
def test_production_and_its_recovery_region_find_each_other_and_nobody_else():
    engine = records.of_stack("production")
    asked = engine.one("aws:ec2/vpcPeeringConnection:VpcPeeringConnection")
    accepted = engine.one("aws:ec2/vpcPeeringConnectionAccepter:VpcPeeringConnectionAccepter")
    assert (asked.inputs["vpcId"], asked.inputs["peerRegion"]) == (engine.one("aws:ec2/vpc:Vpc").id, "us-west-2")
    assert (accepted.inputs["region"], accepted.inputs["autoAccept"]) == ("us-west-2", True)
    ways = [r for r in engine.of("aws:ec2/route:Route") if "vpcPeeringConnectionId" in r.inputs]
    ours = {r.inputs["routeTableId"] for r in ways if r.inputs["destinationCidrBlock"] == "10.64.0.0/16"}
    theirs = [r.inputs for r in ways if r.inputs["destinationCidrBlock"] == "10.16.0.0/16"]
    assert ours == {r.id for r in engine.of("aws:ec2/routeTable:RouteTable") if "-private-" in r.name}
    assert [way["region"] for way in theirs] == ["us-west-2"] * 2
    assert all(accepted.urn in stands_on(engine, way) for way in ways)
    assert records.of_stack("eu").none_of("aws:ec2/vpcPeeringConnection:VpcPeeringConnection")


@pytest.mark.req("NET-10")
def test_a_peer_that_does_not_stand_yet_is_left_for_the_next_run():
    engine = records.of_model(records.order("production"), alone=True)
    assert engine.none_of("aws:ec2/vpcPeeringConnection:VpcPeeringConnection")


@pytest.mark.req("KMS-03")
def test_the_role_that_the_disks_key_names_is_made_first_and_once_in_an_account():
    engine = records.of_stack("prod")
    role = engine.one("aws:iam/serviceLinkedRole:ServiceLinkedRole")
    key = engine.one("aws:kms/key:Key", "keys-ebs")
    assert role.inputs["awsServiceName"] == "autoscaling.amazonaws.com"
    assert role.outputs["arn"] in key.inputs["policy"]
    assert role.urn in key.depends_on
    assert records.of_stack("dr").none_of("aws:iam/serviceLinkedRole:ServiceLinkedRole")


@pytest.mark.req("KMS-01")
def test_dev_can_be_destroyed_and_its_keys_stay_where_they_are():
    engine = records.of_stack("dev")
    assert engine.one(CLUSTER).inputs["deletionProtection"] is False
    assert not any(r.options["protect"] for r in engine.records)
    assert not any(key.inputs["multiRegion"] for key in engine.of("aws:kms/key:Key"))


@pytest.mark.req("PLT-07")
def test_a_region_exports_endpoints_arns_and_the_kubeconfig():
    engine = records.of_stack("dev")
    exported = engine.stack_outputs()
    cluster = engine.one(CLUSTER).outputs
    assert exported["cluster_endpoint"] == cluster["endpoint"]
    assert exported["cluster_arn"] == cluster["arn"]
    assert exported["vpc_id"] == engine.one("aws:ec2/vpc:Vpc").id
    assert set(exported["key_arns"]) == {"eks", "ebs", "secrets", "logs", "audit", "alerts"}
    assert set(exported["team_role_arns"]) == {"platform-team", "sre-team", "security-team", "developers"}
    assert exported["kubeconfig"] == engine.one(KUBERNETES).inputs["kubeconfig"]
    assert engine.secrets == {"kubeconfig"}


@pytest.mark.req("DATA-07")
def test_images_are_kept_where_clusters_run_each_time_with_a_key_of_that_region():
    engine = records.of_stack("global")
    providers = {r.urn: r.inputs["region"] for r in engine.of(PROVIDER)}
    places = {r.name: providers[r.provider.rpartition("::")[0]] for r in engine.of("aws:ecr/repository:Repository")}
    assert places == {
        f"registry-{region}-{image}": region
        for region in ("us-east-1", "us-west-2", "eu-west-1")
        for image in ("payment-service", "failover")
    }
    for record in engine.of("aws:ecr/repository:Repository"):
        (crypt,) = record.inputs["encryptionConfigurations"]
        assert f":kms:{places[record.name]}:" in crypt["kmsKey"]
    replication = engine.one("aws:ecr/replicationConfiguration:ReplicationConfiguration")
    assert urns(engine, "aws:ecr/repository:Repository") <= stands_on(engine, replication)


@pytest.mark.req("CMP-11", "KMS-07")
def test_the_global_stack_says_who_signs_evidence_with_which_key_and_nobody_else_does():
    engine = records.of_stack("global")
    exported = engine.stack_outputs()
    role, key = "arn:aws:iam::000000000100:role/github-actions-evidence", "aws:kms/key:Key"
    assert exported["evidence_role_arn"] == role
    assert exported["evidence_key_arn"] == exported["signing_key_arns"]["evidence"]
    assert exported["evidence_key_arn"] == engine.one(key, "signing-evidence").outputs["arn"]
    signers = {
        name: [statement["Principal"]["AWS"] for statement in statements if statement.get("Sid") == "Sign"]
        for name in ("evidence", "images", "releases")
        for statements in [json.loads(engine.one(key, f"signing-{name}").inputs["policy"])["Statement"]]
    }
    ci = exported["ci_role_arn"]
    assert signers == {"evidence": [role], "images": [ci], "releases": [ci]}


@pytest.mark.req("KMS-07")
def test_without_a_role_of_its_own_evidence_is_signed_by_cis():
    engine = records.of_model(orders.stack(orders.GLOBAL), alone=True)
    exported = engine.stack_outputs()
    assert exported["ci_role_arn"] in engine.one("aws:kms/key:Key", "signing-evidence").inputs["policy"]
    assert not {"evidence_role_arn", "evidence_key_arn"} & exported.keys()


@pytest.mark.req("IAM-03")
def test_the_global_stack_says_where_ci_pushes_and_as_whom():
    exported = records.of_stack("global").stack_outputs()
    assert exported["ci_role_arn"] == "arn:aws:iam::000000000100:role/github-actions-ecr"
    registry = "000000000100.dkr.ecr.us-east-1.amazonaws.com"
    assert exported["registry_urls"] == {image: f"{registry}/{image}" for image in ("payment-service", "failover")}
