"""The AWS provider around its table: accounts and partitions kept apart, and what it refuses."""

from dataclasses import replace

import boto3
import pytest

from sandbox.providers.aws.kind import MODELS, Cloud, session
from sandbox.providers.aws.provider import Aws
from sandbox.providers.aws.table import TABLE
from sandbox.providers.protocol import Props, ProviderError
from tests.sandbox.aws_living import Living
from tests.sandbox.aws_world import ACCOUNT, OTHER_ACCOUNT, REGION, World, provider, ref, tagging_provider, trust


@pytest.fixture
def aws(local_aws: None) -> Aws:
    """The provider of an account in which nothing exists yet."""
    return tagging_provider()


def test_accounts_and_regions_do_not_see_each_other(local_aws: None) -> None:
    inputs = {"cidrBlock": "10.0.0.0/16"}
    first, second, third = provider(ACCOUNT), provider(OTHER_ACCOUNT), provider(OTHER_ACCOUNT, "eu-west-1")
    made = [World(each).make("Vpc", **inputs) for each in (first, second, third)]
    assert [vpc["arn"].split(":")[3:5] for vpc in made] == [
        [REGION, ACCOUNT],
        [REGION, OTHER_ACCOUNT],
        ["eu-west-1", OTHER_ACCOUNT],
    ]
    mine = [{"Name": "cidr", "Values": ["10.0.0.0/16"]}]
    for each, vpc in zip((first, second, third), made, strict=True):
        seen = each._cloud({})("ec2").describe_vpcs(Filters=mine)["Vpcs"]
        assert [other["VpcId"] for other in seen] == [vpc["id"]]


def test_the_govcloud_partition_is_kept_in_every_arn(local_aws: None) -> None:
    world = World(provider(ACCOUNT, "us-gov-west-1"))
    role = world.make("Role", assumeRolePolicy=trust("eks"))
    attached = "arn:aws-us-gov:iam::aws:policy/AmazonEKSClusterPolicy"
    world.make("RolePolicyAttachment", role=role["name"], policyArn=attached)
    zones = [world.subnet(f"us-gov-west-1{letter}", block) for block, letter in enumerate("ab")]
    cluster = world.make("eks/cluster:Cluster", roleArn=role["arn"], vpcConfig={"subnetIds": zones}, name="one")
    arns = [role["arn"], world.make("Key")["arn"], world.make("LogGroup")["arn"], cluster["arn"]]
    assert {arn.split(":")[1] for arn in arns} == {"aws-us-gov"}


def test_an_unknown_type_is_refused(aws: Aws) -> None:
    with pytest.raises(ProviderError) as error:
        aws.check(ref("aws:glacier/vault:Vault"), {}, {})
    assert str(error.value) == (
        "aws:glacier/vault:Vault (sample) is not part of the laptop cloud; add a row to sandbox/providers/aws or leave "
        "the resource out of the stack"
    )


def test_an_input_that_the_row_does_not_implement_is_refused(aws: Aws) -> None:
    with pytest.raises(ProviderError) as error:
        aws.check(ref("aws:ec2/vpc:Vpc"), {"cidrBlock": "10.0.0.0/16", "ipv6CidrBlock": "x", "Cidr": "y"}, {})
    assert str(error.value) == "aws:ec2/vpc:Vpc (sample): the laptop cloud does not implement Cidr, ipv6CidrBlock"


def test_what_the_program_leaves_out_has_its_default_and_another_value_is_drift(aws: Aws) -> None:
    role = ref("aws:iam/role:Role")
    inputs = aws.check(role, {"assumeRolePolicy": trust("eks"), "name": "it"}, {})
    id_, state = aws.create(role, inputs, preview=False)
    live = ref(role.token, id_=id_)
    untouched = aws.read(live, inputs, state)
    aws._cloud({})("iam").update_role(RoleName="it", MaxSessionDuration=43200)
    seen = aws.read(live, inputs, state)
    assert seen is not None
    assert aws.diff(live, seen[0], inputs, state).update == {"maxSessionDuration"}
    aws.update(live, seen[0], inputs, seen[1], preview=False)
    assert aws.read(live, inputs, state) == untouched


@pytest.mark.parametrize(
    ("token", "inputs", "named"),
    [
        ("RouteTable", {"vpcId": "vpc-0123456789abcdef0"}, "vpcId = vpc-0123456789abcdef0"),
        (
            "eks/cluster:Cluster",
            {"vpcConfig": {"subnetIds": ["subnet-0123456789abcdef0"]}},
            "vpcConfig.subnetIds[0] = subnet-0123456789abcdef0",
        ),
        (
            "LogGroup",
            {"kmsKeyId": f"arn:aws:kms:{REGION}:{ACCOUNT}:key/0a"},
            f"kmsKeyId = arn:aws:kms:{REGION}:{ACCOUNT}:key/0a",
        ),
        (
            "AccessEntry",
            {"principalArn": f"arn:aws:iam::{ACCOUNT}:role/nobody"},
            f"principalArn = arn:aws:iam::{ACCOUNT}:role/nobody",
        ),
    ],
)
def test_an_id_that_nothing_stands_behind_is_refused(aws: Aws, token: str, inputs: Props, named: str) -> None:
    with pytest.raises(ProviderError) as error:
        World(aws).make(token, **inputs)
    assert str(error.value) == f"{named}: there is no such object in account {ACCOUNT}, {REGION}"


def test_an_endpoint_that_is_not_loopback_is_refused(local_aws: None) -> None:
    cloud = Cloud(boto3.Session("tests", "tests"), REGION)
    with pytest.raises(ProviderError) as error:
        cloud("ec2")
    assert str(error.value) == (
        "the laptop cloud's AWS provider was given the endpoint https://ec2.us-east-1.amazonaws.com, which is not "
        "loopback; it speaks to the local AWS only. Run `make up`, or take sandbox/bin off PATH to use the vendor's "
        "provider"
    )


def test_what_services_look_like_is_read_once_for_all_providers_and_keys_are_each_ones_own() -> None:
    one, other = session("one", "its-secret", "its-token"), session("other", "its-secret", "its-token")
    assert {each._session.get_component("data_loader") for each in (one, other)} == {MODELS}
    assert [each.get_credentials().access_key for each in (one, other)] == ["one", "other"]
    assert MODELS.load_service_model("sts", "service-2") is MODELS.load_service_model("sts", "service-2")


def test_a_rule_put_into_the_default_group_is_seen_and_taken_out(aws: Aws) -> None:
    living = Living(aws, "aws:ec2/defaultSecurityGroup:DefaultSecurityGroup")
    ports = {"IpProtocol": "tcp", "FromPort": 22, "ToPort": 22, "IpRanges": [{"CidrIp": "0.0.0.0/0"}]}
    aws._cloud({})("ec2").authorize_security_group_ingress(GroupId=living.ref.id, IpPermissions=[ports])
    assert living.drift() == {"ingress"}
    living.repair()
    assert not living.drift()


def test_only_the_objects_own_absence_counts_as_its_deletion(aws: Aws, monkeypatch: pytest.MonkeyPatch) -> None:
    living = Living(aws, "aws:ec2/vpc:Vpc")

    def ask_for_another(cloud: Cloud, id_: str, props: Props) -> None:
        cloud("ec2").describe_subnets(SubnetIds=["subnet-00000000"])

    monkeypatch.setitem(TABLE, living.kind.type, replace(living.kind, delete=ask_for_another))
    with pytest.raises(ProviderError) as error:
        aws.delete(living.ref, living.inputs, living.outputs)
    assert str(error.value) == (
        "delete aws:ec2/vpc:Vpc (sample): DescribeSubnets was refused: InvalidSubnetID.NotFound: "
        "The subnet ID 'subnet-00000000' does not exist"
    )
    aws._cloud({})("ec2").delete_vpc(VpcId=living.ref.id)
    aws.delete(living.ref, living.inputs, living.outputs)
