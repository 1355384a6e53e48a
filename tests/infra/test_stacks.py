"""What a stack is made of, and in which order it comes and goes."""

import json
from collections.abc import Iterable
from dataclasses import asdict
from itertools import chain

import pytest

from components.aws.node_group import Taint
from components.aws.way_out import POD_INTERFACES
from components.platform.argocd_values import ExposureArgs, WebhookArgs
from components.platform.falco_rules import RuleException
from components.platform.images import IMAGES
from infra import stacks
from infra.config import ConfigurationError
from infra.config.cluster import NodeGroupConfig, TaintConfig
from infra.config.node_schedules import ScheduleConfig
from infra.stacks import zones
from infra.stacks.nodes import nodes
from tests import records
from tests.infra.config import orders
from tests.recorder import Engine, Record

REGIONS = ("dev", "production", "govcloud")
PROVIDER, KUBERNETES = "pulumi:providers:aws", "pulumi:providers:kubernetes"
GROUP, ADDON, CLUSTER = "aws:eks/nodeGroup:NodeGroup", "aws:eks/addon:Addon", "aws:eks/cluster:Cluster"


def stands_on(engine: Engine, record: Record) -> set[str]:
    """The URNs of everything that must exist before a resource does, and outlives it."""
    known = {r.urn: r for r in engine.records}
    found: set[str] = set()
    open_ = [record]
    while open_:
        here = open_.pop()
        needs = {*here.depends_on, here.provider.rpartition("::")[0], *chain(*here.property_dependencies.values())}
        for urn in needs - found:
            found.add(urn)
            if urn in known:
                open_.append(known[urn])
    return found


def urns(engine: Engine, *tokens: str) -> set[str]:
    return {record.urn for token in tokens for record in engine.of(token)}


def statements(engine: Engine, token: str, field: str) -> Iterable[tuple[str, dict]]:
    for record in engine.of(token):
        for statement in json.loads(record.inputs[field])["Statement"]:
            yield record.name, statement


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


@pytest.mark.req("PLT-06")
@pytest.mark.parametrize("stack", REGIONS)
def test_what_lives_in_the_cluster_goes_before_nodes_addons_access_and_network(stack):
    engine = records.of_stack(stack)
    inside = [r for r in engine.records if r.token.startswith("kubernetes:")]
    outside = urns(
        engine,
        *(GROUP, ADDON, CLUSTER, "aws:eks/accessEntry:AccessEntry", "aws:ec2/subnet:Subnet", "aws:ec2/vpc:Vpc"),
        *("aws:ec2/vpcEndpoint:VpcEndpoint", "aws:ec2/routeTableAssociation:RouteTableAssociation"),
        *("aws:ec2/route:Route", "aws:eks/accessPolicyAssociation:AccessPolicyAssociation"),
        *("aws:iam/rolePolicyAttachment:RolePolicyAttachment",),
    )
    apart = {urn for urn in outside if "::runner" in urn or "aws:Peering$" in urn or "aws:Guardrails$" in urn}
    assert inside
    for record in inside:
        assert outside - apart <= stands_on(engine, record), record.name


@pytest.mark.parametrize("stack", REGIONS)
def test_nodes_find_addresses_for_their_pods_and_the_rest_waits_for_nodes(stack):
    engine = records.of_stack(stack)
    first = {"vpc-cni", "kube-proxy", "eks-pod-identity-agent"}
    before = {r.urn for r in engine.of(ADDON) if r.inputs["addonName"] in first}
    after = [r for r in engine.of(ADDON) if r.inputs["addonName"] not in first]
    for group in engine.of(GROUP):
        assert before <= stands_on(engine, group)
        assert all(group.urn in stands_on(engine, addon) for addon in after)
    assert {addon.inputs["addonName"] for addon in after} == {"coredns", "aws-ebs-csi-driver"}


@pytest.mark.req("GIT-15")
def test_applications_go_before_argo_cd():
    engine = records.of_stack("dev")
    argocd = next(r for r in engine.of("kubernetes:helm.sh/v3:Release") if r.inputs["chart"] == "argo-cd")
    for application in engine.of("kubernetes:argoproj.io/v1alpha1:Application"):
        assert argocd.urn in stands_on(engine, application)


@pytest.mark.req("EKS-08")
@pytest.mark.parametrize("stack", REGIONS)
def test_eks_keeps_the_addons_that_every_cluster_needs(stack):
    engine = records.of_stack(stack)
    addons = {r.inputs["addonName"]: r.inputs for r in engine.of(ADDON)}
    assert {"vpc-cni", "coredns", "kube-proxy", "aws-ebs-csi-driver"} <= set(addons)
    interfaces = {"env": dict(POD_INTERFACES)} if records.order(stack).ways_out else {}
    assert json.loads(addons["vpc-cni"]["configurationValues"]) == {"enableNetworkPolicy": "true", **interfaces}


@pytest.mark.req("C-36")
def test_the_pod_identity_agent_runs_where_pods_use_it():
    agent = {
        stack: any(r.inputs["addonName"] == "eks-pod-identity-agent" for r in records.of_stack(stack).of(ADDON))
        for stack in REGIONS
    }
    assert agent == {"dev": False, "production": True, "govcloud": False}


@pytest.mark.req("NET-02", "EKS-02")
@pytest.mark.parametrize("stack", REGIONS)
def test_control_plane_nodes_and_runner_are_in_private_subnets(stack):
    engine = records.of_stack(stack)
    private = {r.id for r in engine.of("aws:ec2/subnet:Subnet") if "-private-" in r.name}
    assert set(engine.one(CLUSTER).inputs["vpcConfig"]["subnetIds"]) == private
    assert all(set(group.inputs["subnetIds"]) == private for group in engine.of(GROUP))
    assert engine.one("aws:ec2/instance:Instance").inputs["subnetId"] in private


@pytest.mark.req("NET-06", "NET-08")
@pytest.mark.parametrize("stack", REGIONS)
def test_private_subnets_have_private_ways_to_every_service_that_nodes_need(stack):
    engine = records.of_stack(stack)
    private = {r.id for r in engine.of("aws:ec2/subnet:Subnet") if "-private-" in r.name}
    tables = {r.id for r in engine.of("aws:ec2/routeTable:RouteTable") if "-private-" in r.name}
    region = engine.one(PROVIDER).inputs["region"]
    ends = {
        r.inputs["serviceName"].removeprefix(f"com.amazonaws.{region}."): r.inputs
        for r in engine.of("aws:ec2/vpcEndpoint:VpcEndpoint")
    }
    assert set(ends) >= {
        *("s3", "ecr.api", "ecr.dkr", "secretsmanager", "sts", "ec2", "eks", "elasticloadbalancing", "autoscaling"),
        *("logs", "monitoring", "kms", "sqs", "ssm", "backup"),
    }
    assert set(ends.pop("s3")["routeTableIds"]) == tables
    assert all(set(end["subnetIds"]) == private for end in ends.values())


@pytest.mark.req("NET-09", "C-07")
def test_nodes_carry_the_pods_group_so_that_its_egress_binds_every_pod():
    for stack in REGIONS:
        engine = records.of_stack(stack)
        pods = engine.one("aws:ec2/securityGroup:SecurityGroup", "pods").id
        nodes = engine.one("aws:ec2/securityGroup:SecurityGroup", "cluster-network-nodes").id
        template = engine.one("aws:ec2/launchTemplate:LaunchTemplate", "nodes-general")
        assert template.inputs["vpcSecurityGroupIds"] == [nodes, pods]


@pytest.mark.req("C-07", "NET-12")
def test_only_the_setting_open_lets_all_pods_reach_the_internet():
    wide = {
        stack: [
            r.name
            for r in records.of_stack(stack).of("aws:vpc/securityGroupEgressRule:SecurityGroupEgressRule")
            if r.inputs.get("cidrIpv4") == "0.0.0.0/0"
        ]
        for stack in REGIONS
    }
    assert wide == {"dev": ["pods-everything"], "production": ["way-out-argocd-443"], "govcloud": []}


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
    keys = {r.inputs["name"]: r.outputs["targetKeyArn"] for r in records.of_stack("dr").of("aws:kms/alias:Alias")}
    assert {"alias/dr-platform-eks", "alias/dr-platform-ebs", "alias/dr-platform-secrets"} <= set(keys)
    assert all(":us-west-2:" in arn for arn in keys.values())


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


@pytest.mark.req("EKS-12")
def test_the_production_clusters_have_the_names_that_people_know():
    names = [records.of_stack(stack).one(CLUSTER).inputs["name"] for stack in ("prod", "dr")]
    assert names == ["production-us-east-1", "production-us-west-2"]


@pytest.mark.req("EKS-02", "PLT-05")
def test_a_zone_without_eks_is_refused_by_what_the_account_calls_it():
    ordered = records.order("dev")
    known = {"us-east-1a": "use1-az6", "us-east-1b": "use1-az3", "us-east-1c": "use1-az2", "us-east-1d": "use1-az4"}
    (found,) = zones.problems(ordered, known)
    assert (found.at, found.rule) == (
        ("network", "zones", 1),
        "is use1-az3 in account 000000000101, where EKS makes no control plane; "
        "choose from us-east-1a, us-east-1c, us-east-1d",
    )


@pytest.mark.req("EKS-02", "PLT-05")
def test_a_zone_without_eks_is_refused_before_any_resource(build):
    ordered = orders.stack(orders.DEV, **{"network.zones": ["us-east-1a", "us-east-1e"]})
    with pytest.raises(ConfigurationError, match=r"network\.zones\[1\] = us-east-1e: is use1-az3"):
        build(lambda: stacks.deploy(ordered))


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


@pytest.mark.req("EKS-11")
def test_a_pool_of_nine_and_more_spreads_over_every_zone_and_is_kept_for_those_who_tolerate_it():
    engine = records.of_stack("govcloud")
    pool = engine.one(GROUP, "nodes-consensus").inputs
    zones = {r.id: r.inputs["availabilityZone"] for r in engine.of("aws:ec2/subnet:Subnet")}
    assert pool["scalingConfig"] == {"minSize": 9, "desiredSize": 9, "maxSize": 21}
    assert pool["instanceTypes"] == ["m5.2xlarge"]
    assert {zones[subnet] for subnet in pool["subnetIds"]} == {f"us-gov-west-1{letter}" for letter in "abc"}
    assert pool["taints"] == [{"key": "dedicated", "value": "consensus", "effect": "NO_SCHEDULE"}]


@pytest.mark.req("EKS-04", "EKS-05", "EKS-06", "EKS-10", "KMS-06")
def test_nodes_are_in_every_respect_what_was_ordered():
    ordered = NodeGroupConfig(
        instance_types=("m7g.large",),
        min=1,
        desired=2,
        max=3,
        capacity="spot",
        tenancy="dedicated",
        disk_gb=200,
        ami_type="AL2023_ARM_64_STANDARD",
        labels={"workload": "batch"},
        taints=(TaintConfig(key="batch", value="yes", effect="NoExecute"),),
        enclave=True,
        schedules={"nights": ScheduleConfig(cron="cron(0 20 ? * MON-FRI *)", min=1)},
    )
    made = asdict(nodes(ordered))
    taint = asdict(Taint(**dict(ordered.taints[0])))
    expected = ordered.model_dump(exclude={"zones", "full", "schedules"})
    assert made == {**expected, "taints": [taint], "moving": ("desiredSize", "minSize")}


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


@pytest.mark.req("PLT-07")
def test_a_region_exports_endpoints_arns_and_the_kubeconfig():
    engine = records.of_stack("dev")
    exported = engine.stack_outputs()
    cluster = engine.one(CLUSTER).outputs
    assert exported["cluster_endpoint"] == cluster["endpoint"]
    assert exported["cluster_arn"] == cluster["arn"]
    assert exported["vpc_id"] == engine.one("aws:ec2/vpc:Vpc").id
    assert set(exported["key_arns"]) == {"eks", "ebs", "secrets", "logs"}
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


@pytest.mark.req("IAM-03")
def test_the_global_stack_says_where_ci_pushes_and_as_whom():
    exported = records.of_stack("global").stack_outputs()
    assert exported["ci_role_arn"] == "arn:aws:iam::000000000100:role/github-actions-ecr"
    registry = "000000000100.dkr.ecr.us-east-1.amazonaws.com"
    assert exported["registry_urls"] == {image: f"{registry}/{image}" for image in ("payment-service", "failover")}


@pytest.mark.req("GIT-02", "GIT-03", "RUN-04", "OBS-02", "MESH-04")
def test_what_runs_on_the_cluster_is_in_every_respect_what_was_ordered():
    exception = {"rule": "Unauthorized Database Access", "namespace": "velero", "process": "pg_dump"}
    ordered = orders.stack(
        orders.DEV,
        **{
            "platform.argocd": {
                "oidc": {"issuer": "https://login.example.com/v2.0", "client_id": "argocd"},
                "exposure": {"gateway": "public", "gateway_namespace": "edge", "cluster_issuer": "internal"},
                "webhook": {"host": "gitlab", "secret": "git-webhook"},
            },
            "platform.falco": {"loki_url": "http://loki.monitoring:3100", "exceptions": [exception]},
            "platform.istio": {"tracing_collector": "collector.monitoring:4317"},
        },
    )
    argocd, falco = stacks.platform.argocd_args(ordered), stacks.platform.falco_args(ordered)
    assert argocd.exposure == ExposureArgs(gateway="public", gateway_namespace="edge", cluster_issuer="internal")
    assert argocd.webhook == WebhookArgs(host="gitlab", secret="git-webhook")
    assert (falco.loki_url, falco.exceptions) == ("http://loki.monitoring:3100", [RuleException(**exception)])
    assert stacks.platform.istio_args(ordered).tracing_collector == "collector.monitoring:4317"


@pytest.mark.req("C-07")
def test_a_cluster_without_a_way_out_takes_every_image_of_every_chart_from_its_mirror():
    mirror = records.order("prod").image_mirror
    engine = records.of_stack("prod")
    charts = {r.inputs["chart"]: json.dumps(r.inputs["values"]) for r in engine.of("kubernetes:helm.sh/v3:Release")}
    assert set(charts) == set(IMAGES)
    for chart, values in charts.items():
        assert all(f'"{mirror}/{image}"' in values for image in IMAGES[chart].values()), chart
    assert stacks.platform.bridge(records.order("prod"))["image_mirror"] == mirror


@pytest.mark.req("GIT-15")
def test_what_git_needs_to_know_of_the_cloud_goes_over_the_bridge():
    assert stacks.platform.bridge(records.order("dev")) == {
        "registry": "000000000100.dkr.ecr.us-east-1.amazonaws.com",
        "region": "us-east-1",
        "vpc_cidr": "10.16.0.0/16",
    }
