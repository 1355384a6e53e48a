"""What the laptop cloud adds to moto besides clusters: add-ons, access, documents that must parse."""

from collections.abc import Callable, Iterator
from typing import Any

import boto3
import pytest
from botocore.exceptions import ClientError
from moto.server import ThreadedMotoServer

from sandbox.cloud import extensions
from sandbox.providers.protocol import ProviderError
from tests.sandbox.aws_world import REGION, World, tagging_provider, trust

VIEW = "arn:aws:eks::aws:cluster-access-policy/AmazonEKSViewPolicy"


@pytest.fixture
def world(local_aws: None) -> World:
    """An account with nothing in it yet."""
    return World(tagging_provider())


@pytest.fixture
def aws(world: World) -> Callable[[str], Any]:
    """Clients of the world's account, by service."""
    return world.aws._cloud({})


@pytest.fixture
def api(aws: Callable[[str], Any], world: World) -> Any:
    """A client of EKS where the cluster `one` exists."""
    assert world.cluster == "one"
    return aws("eks")


@pytest.fixture
def served() -> Iterator[Callable[[str], Any]]:
    """Clients of a moto server, which gets its requests over HTTP."""
    extensions.install()
    server = ThreadedMotoServer("127.0.0.1", 0, verbose=False)
    server.start()
    host, port = server.get_host_and_port()
    session = boto3.Session("tests", "tests", region_name=REGION)
    yield lambda service: session.client(service, endpoint_url=f"http://{host}:{port}")
    server.stop()


def refused(call: Callable[..., object], **request: Any) -> str:
    """The code and message of the refusal that the call must meet."""
    with pytest.raises(ClientError) as error:
        call(**request)
    found = error.value.response["Error"]
    return f"{found['Code']}: {found['Message']}"


def test_an_addon_owns_its_pod_identities(world: World, api: Any) -> None:
    identity = {"serviceAccount": "aws-node", "roleArn": world.roles[0]["arn"]}
    made = api.create_addon(clusterName="one", addonName="vpc-cni", podIdentityAssociations=[identity])["addon"]
    (association,) = api.list_pod_identity_associations(clusterName="one")["associations"]
    assert association["ownerArn"] == made["addonArn"]
    assert made["podIdentityAssociations"] == [association["associationArn"]]
    api.delete_addon(clusterName="one", addonName="vpc-cni")
    assert api.list_pod_identity_associations(clusterName="one")["associations"] == []
    assert api.list_addons(clusterName="one")["addons"] == []


def test_an_addon_must_be_known_with_json_values_and_come_only_once(api: Any) -> None:
    assert refused(api.create_addon, clusterName="one", addonName="vpc-cni-typo").startswith(
        "InvalidParameterException: Addon vpc-cni-typo is not supported; known are amazon-cloudwatch-observability"
    )
    assert refused(api.create_addon, clusterName="one", addonName="coredns", configurationValues="{a") == (
        "InvalidParameterException: ConfigurationValue provided in request is not JSON: Expecting property name "
        "enclosed in double quotes: line 1 column 2 (char 1)"
    )
    api.create_addon(clusterName="one", addonName="coredns")
    assert refused(api.create_addon, clusterName="one", addonName="coredns") == (
        "ResourceInUseException: The addon coredns already exists in cluster one"
    )
    (known,) = api.describe_addon_versions(addonName="coredns")["addons"]
    assert api.describe_addon(clusterName="one", addonName="coredns")["addon"]["addonVersion"] in {
        each["addonVersion"] for each in known["addonVersions"]
    }


def test_access_policies_are_those_of_eks_in_a_scope_that_fits(world: World, api: Any) -> None:
    who = {"clusterName": "one", "principalArn": world.roles[1]["arn"]}
    entry = api.create_access_entry(**who)["accessEntry"]
    name = world.roles[1]["name"]
    assert entry["username"] == f"arn:aws:sts::123456789012:assumed-role/{name}/{{{{SessionName}}}}"
    unknown = VIEW.replace("View", "Viwe")
    assert refused(api.associate_access_policy, **who, policyArn=unknown, accessScope={"type": "cluster"}) == (
        f"InvalidParameterException: The policyArn {unknown} is not one of EKS's access policies"
    )
    assert refused(api.associate_access_policy, **who, policyArn=VIEW, accessScope={"type": "namespace"}) == (
        "InvalidParameterException: Namespaces are needed with the scope namespace, and only there"
    )
    api.associate_access_policy(**who, policyArn=VIEW, accessScope={"type": "cluster"})
    (associated,) = api.list_associated_access_policies(**who)["associatedAccessPolicies"]
    assert (associated["policyArn"], associated["accessScope"]) == (VIEW, {"type": "cluster", "namespaces": []})
    api.delete_access_entry(**who)
    assert refused(api.list_associated_access_policies, **who).startswith("ResourceNotFoundException: No access entry")


def test_a_service_account_has_one_pod_identity(world: World, api: Any) -> None:
    request = {"clusterName": "one", "namespace": "payment", "serviceAccount": "app", "roleArn": world.roles[0]["arn"]}
    made = api.create_pod_identity_association(**request)["association"]
    assert refused(api.create_pod_identity_association, **request) == (
        f"ResourceInUseException: Association already exists: {made['associationId']}"
    )


def test_everything_of_eks_can_be_tagged_by_its_arn(world: World, api: Any) -> None:
    addon = api.create_addon(clusterName="one", addonName="coredns")["addon"]
    entry = api.create_access_entry(clusterName="one", principalArn=world.roles[1]["arn"])["accessEntry"]
    cluster = api.describe_cluster(name="one")["cluster"]
    for arn in (addon["addonArn"], entry["accessEntryArn"], cluster["arn"]):
        api.tag_resource(resourceArn=arn, tags={"a": "1", "b": "2"})
        api.untag_resource(resourceArn=arn, tagKeys=["a"])
        tags = api.list_tags_for_resource(resourceArn=arn)["tags"]
        assert (tags.get("a"), tags["b"]) == (None, "2")
    gone = addon["addonArn"].replace("coredns", "other")
    assert refused(api.list_tags_for_resource, resourceArn=gone) == (
        f"ResourceNotFoundException: Resource was not found: {gone}"
    )


def test_arns_in_paths_reach_their_object_over_http(served: Callable[[str], Any]) -> None:
    role = served("iam").create_role(RoleName="one", AssumeRolePolicyDocument=trust("eks"))["Role"]["Arn"]
    ec2, api = served("ec2"), served("eks")
    vpc = ec2.create_vpc(CidrBlock="10.0.0.0/16")["Vpc"]["VpcId"]
    zones = [
        ec2.create_subnet(VpcId=vpc, CidrBlock=f"10.0.{block}.0/24", AvailabilityZone=zone)["Subnet"]["SubnetId"]
        for block, zone in enumerate((f"{REGION}a", f"{REGION}b"))
    ]
    mode = {"authenticationMode": "API"}
    api.create_cluster(name="one", roleArn=role, resourcesVpcConfig={"subnetIds": zones}, accessConfig=mode)
    who = {"clusterName": "one", "principalArn": role}
    api.create_access_entry(**who, tags={"a": "1"})
    api.associate_access_policy(**who, policyArn=VIEW, accessScope={"type": "cluster"})
    assert api.describe_access_entry(**who)["accessEntry"]["tags"] == {"a": "1"}
    assert len(api.list_associated_access_policies(**who)["associatedAccessPolicies"]) == 1
    api.disassociate_access_policy(**who, policyArn=VIEW)
    assert api.list_associated_access_policies(**who)["associatedAccessPolicies"] == []


def test_documents_that_do_not_parse_are_refused(aws: Callable[[str], Any], world: World) -> None:
    assert refused(aws("iam").create_role, RoleName="one", AssumeRolePolicyDocument="{not json").startswith(
        "MalformedPolicyDocument"
    )
    malformed = "MalformedPolicyDocumentException: The policy is not a JSON document: Expecting value: line 1 column 1"
    assert refused(aws("kms").create_key, Policy="not json").startswith(malformed)
    key = world.keys[0]["keyId"]
    assert refused(aws("kms").put_key_policy, KeyId=key, PolicyName="default", Policy="not json").startswith(malformed)


def test_a_policy_of_aws_is_attached_and_any_other_is_not(aws: Callable[[str], Any], world: World) -> None:
    iam, role = aws("iam"), world.roles[0]["name"]
    real = "arn:aws:iam::aws:policy/AmazonEKSClusterPolicy"
    for unreal in ("arn:aws:iam::aws:policy/AmazonEKSClusterPolcy", real.replace("aws:iam", "aws-us-gov:iam")):
        assert refused(iam.attach_role_policy, RoleName=role, PolicyArn=unreal) == (
            f"NoSuchEntity: Policy {unreal} does not exist or is not attachable."
        )
    iam.attach_role_policy(RoleName=role, PolicyArn=real)
    version = iam.get_policy(PolicyArn=real)["Policy"]["DefaultVersionId"]
    document = iam.get_policy_version(PolicyArn=real, VersionId=version)["PolicyVersion"]["Document"]
    assert "ec2:DescribeSubnets" in str(document)


def test_a_nat_gateway_that_goes_gives_its_address_back(aws: Callable[[str], Any], world: World) -> None:
    address = world.make("Eip", domain="vpc")["id"]
    nat = world.make("NatGateway", allocationId=address, subnetId=world.subnets[0])["id"]
    aws("ec2").delete_nat_gateway(NatGatewayId=nat)
    aws("ec2").release_address(AllocationId=address)
    assert refused(aws("ec2").delete_nat_gateway, NatGatewayId=nat) == (
        f"NatGatewayNotFound: NAT gateway {nat} was not found"
    )


def test_what_lies_in_a_network_keeps_it_from_being_deleted(aws: Callable[[str], Any], world: World) -> None:
    ec2, subnet = aws("ec2"), world.subnets[0]
    ec2.create_network_interface(SubnetId=subnet)
    assert refused(ec2.delete_subnet, SubnetId=subnet) == (
        f"DependencyViolation: The subnet '{subnet}' has dependencies and cannot be deleted."
    )
    world.make("SecurityGroup", vpcId=world.other_vpc)
    assert refused(ec2.delete_vpc, VpcId=world.other_vpc) == (
        f"DependencyViolation: The vpc '{world.other_vpc}' has dependencies and cannot be deleted."
    )


def test_an_image_named_by_a_public_parameter_is_looked_up(aws: Callable[[str], Any], world: World) -> None:
    name = "/aws/service/ami-amazon-linux-latest/al2023-ami-kernel-default-x86_64"
    image = aws("ssm").get_parameter(Name=name)["Parameter"]["Value"]
    real = world.make("LaunchTemplate", imageId=f"resolve:ssm:{name}", instanceType="t3.micro")["id"]
    unreal = world.make("LaunchTemplate", imageId="resolve:ssm:/aws/typo", instanceType="t3.micro")["id"]
    instance = {"subnetId": world.subnets[0], "vpcSecurityGroupIds": world.groups}
    assert world.make("Instance", launchTemplate={"id": real, "version": "1"}, **instance)["ami"] == image
    with pytest.raises(ProviderError) as error:
        world.make("Instance", launchTemplate={"id": unreal, "version": "1"}, **instance)
    assert str(error.value) == (
        f"create aws:ec2/instance:Instance (instance-{len(world.made)}): RunInstances was refused: "
        "InvalidParameterValue: The parameter of resolve:ssm:/aws/typo does not exist"
    )


def test_every_gap_says_in_a_sentence_how_far_it_goes() -> None:
    assert "EKS add-ons" in extensions.GAPS
    for what, how_far in extensions.GAPS.items():
        assert what[0].isupper()
        assert len(how_far.split()) > 5
