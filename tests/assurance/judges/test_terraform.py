from dataclasses import replace

from assurance.judges.terraform import Plan, snake
from tests.assurance.judges.parts import Miniature, resource

SCHEMA = Miniature(
    vpc={"cidr_block": "", "tags": ""},
    subnet={"vpc_id": ""},
    kms_key={"description": ""},
    eks_cluster={"vpc_config": {"subnet_ids": "list", "endpoint_public_access": ""}, "version": ""},
    s3_bucket_lifecycle_configuration={"rule": {"id": "", "noncurrent_version_expiration": {"days": ""}}},
    budgets_budget={"policy": "list"},
    wafv2_web_acl={"statement": "any"},
)


def values(*resources):
    plan = Plan(resources, SCHEMA)
    assert plan.unmapped == []
    return [each["values"] for each in plan.document()["planned_values"]["root_module"]["resources"]]


def test_a_type_is_found_by_module_and_name_or_in_ec2_by_name():
    plan = Plan([resource("aws:ec2/vpc:Vpc", "a-b"), resource("aws:kms/key:Key", "k")], SCHEMA)

    assert list(plan.resources) == ["aws_vpc.a_b", "aws_kms_key.k"]


def test_properties_become_arguments_and_one_block_becomes_a_list_of_one():
    (found,) = values(
        resource("aws:eks/cluster:Cluster", version="1.35", vpcConfig={"subnetIds": "s", "endpointPublicAccess": False})
    )

    assert found == {"version": "1.35", "vpc_config": [{"subnet_ids": ["s"], "endpoint_public_access": False}]}


def test_a_plural_becomes_the_singular_that_terraform_has():
    (lifecycle, budget) = values(
        resource(
            "aws:s3/bucketLifecycleConfiguration:BucketLifecycleConfiguration",
            rules=[{"id": "old", "noncurrentVersionExpiration": {"days": 3}}],
        ),
        resource("aws:budgets/budget:Budget", policies=["a"]),
    )

    assert lifecycle == {"rule": [{"id": "old", "noncurrent_version_expiration": [{"days": 3}]}]}
    assert budget == {"policy": ["a"]}


def test_a_block_without_a_schema_follows_its_letters_however_deep_it_is():
    deep = {"managedRuleGroupStatement": {"vendorName": "AWS", "ruleActionOverrides": [{"name": "a"}], "ids": ["b"]}}
    (found,) = values(resource("aws:wafv2/webAcl:WebAcl", statement=deep))

    group = {"vendor_name": "AWS", "rule_action_overrides": [{"name": "a"}], "ids": ["b"]}
    assert found == {"statement": [{"managed_rule_group_statement": [group]}]}


def test_keys_of_a_map_keep_their_spelling():
    assert values(resource("aws:ec2/vpc:Vpc", tags={"CostCenter": "x"})) == [{"tags": {"CostCenter": "x"}}]


def test_a_value_that_comes_from_another_resource_is_a_reference_to_it():
    vpc = resource("aws:ec2/vpc:Vpc", "net")
    subnet = replace(
        resource("aws:ec2/subnet:Subnet", "one", vpcId="net-id"), dependencies={"vpcId": [vpc.urn, "urn::not-in-it"]}
    )

    document = Plan([vpc, subnet], SCHEMA).document()

    _, planned = document["planned_values"]["root_module"]["resources"]
    _, configured = document["configuration"]["root_module"]["resources"]
    assert planned["values"] == {"vpc_id": "aws_vpc.net.id"}
    assert configured["expressions"] == {"vpc_id": {"references": ["aws_vpc.net.id", "aws_vpc.net"]}}


def test_the_same_text_without_an_origin_stays_text():
    assert values(resource("aws:ec2/vpc:Vpc", "net"), resource("aws:ec2/subnet:Subnet", vpcId="net-id"))[1] == {
        "vpc_id": "net-id"
    }


def test_resources_of_one_name_have_addresses_of_their_own():
    twins = [replace(resource("aws:ec2/vpc:Vpc", name), urn=f"urn::{name}") for name in ("a-b", "a_b")]

    assert list(Plan(twins, SCHEMA).resources) == ["aws_vpc.a_b", "aws_vpc.a_b_2"]


def test_what_terraform_does_not_have_is_named():
    plan = Plan(
        [
            resource("aws:rds/instance:Vault"),
            resource("aws:ec2/vpc:Vpc", cidr="10.0.0.0/16"),
            resource("aws:eks/cluster:Cluster", vpcConfig={"subnets": []}),
            resource("kubernetes:core/v1:Namespace"),
        ],
        SCHEMA,
    )

    assert plan.unmapped == [
        "aws:rds/instance:Vault",
        "aws:ec2/vpc:Vpc cidr",
        "aws:eks/cluster:Cluster vpcConfig.subnets",
    ]


def test_snake_case():
    assert snake("vpcSecurityGroupIds") == "vpc_security_group_ids"
