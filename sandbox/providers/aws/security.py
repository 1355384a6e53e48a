"""Security groups: the default one, adopted and emptied; one's own; and their rules, each an object with an id."""

from collections.abc import Iterable
from functools import partial

from sandbox.providers.aws.ec2 import TAGS, found
from sandbox.providers.aws.kind import Cloud, Update
from sandbox.providers.aws.row import Call, Row
from sandbox.providers.aws.tagging import specified
from sandbox.providers.protocol import Props, ProviderError

_SIDES = {"ingress": "IpPermissions", "egress": "IpPermissionsEgress"}


def _revoke(cloud: Cloud, id_: str, sides: Iterable[str] = tuple(_SIDES)) -> None:
    group = found(cloud, "describe_security_groups", "GroupIds", id_, "SecurityGroups")
    for side in sides:
        if permissions := group.get(_SIDES[side]):
            getattr(cloud("ec2"), f"revoke_security_group_{side}")(GroupId=id_, IpPermissions=permissions)


def _empty_default(cloud: Cloud, id_: str, props: Props) -> None:
    for side in _SIDES:
        _empty(side)(cloud, id_, props)


def _empty(side: str) -> Update:
    def change(cloud: Cloud, id_: str, props: Props) -> None:
        if props.get(side):
            raise ProviderError(f"the laptop cloud only empties a default security group; {side} must be []")
        _revoke(cloud, id_, [side])

    return change


_SOURCES = {  # input -> its list in the authorize calls, and the key there
    "cidrIpv4": ("IpRanges", "CidrIp"),
    "cidrIpv6": ("Ipv6Ranges", "CidrIpv6"),
    "prefixListId": ("PrefixListIds", "PrefixListId"),
    "referencedSecurityGroupId": ("UserIdGroupPairs", "GroupId"),
}


_PORTS = {"ipProtocol": "IpProtocol", "fromPort": "FromPort", "toPort": "ToPort"}


def _create_rule(side: str, cloud: Cloud, props: Props) -> str:
    source = next(key for key in _SOURCES if props.get(key))
    into, key = _SOURCES[source]
    said = {"Description": props["description"]} if props.get("description") else {}
    ports = {api: props[own] for own, api in _PORTS.items() if props.get(own) is not None}
    answer = getattr(cloud("ec2"), f"authorize_security_group_{side}")(
        GroupId=props["securityGroupId"],
        IpPermissions=[{**ports, into: [{key: props[source], **said}]}],
        TagSpecifications=specified("security-group-rule", props["tagsAll"]),
    )
    return str(answer["SecurityGroupRules"][0]["SecurityGroupRuleId"])


def _describe_rule(cloud: Cloud, id_: str, props: Props) -> None:
    """The local AWS forgets, with the call that makes a rule, what was said of a referenced group."""
    if props.get("referencedSecurityGroupId") and props.get("description"):
        _modify_rule(cloud, id_, props)


def _modify_rule(cloud: Cloud, id_: str, props: Props) -> None:
    ports = {"FromPort": props.get("fromPort", -1), "ToPort": props.get("toPort", -1)}
    rule = {"IpProtocol": props["ipProtocol"], "Description": props.get("description") or "", **ports}
    apis = ("CidrIpv4", "CidrIpv6", "PrefixListId", "ReferencedGroupId")
    rule |= {api: props[key] for key, api in zip(_SOURCES, apis, strict=True) if props.get(key)}
    cloud("ec2").modify_security_group_rules(
        GroupId=props["securityGroupId"],
        SecurityGroupRules=[{"SecurityGroupRuleId": id_, "SecurityGroupRule": rule}],
    )


def _rule(side: str, type_: str) -> Row:
    return Row(
        type=type_,
        service="ec2",
        create=partial(_create_rule, side),
        finish=_describe_rule,
        read=Call("describe_security_group_rules", "securityGroupRules[0]"),
        delete=Call(f"revoke_security_group_{side}", takes="securityGroupId"),
        update={" ".join(("description", *_PORTS, *_SOURCES)): _modify_rule},
        key="securityGroupRuleId",
        names={"securityGroupId": "GroupId"},
        found={
            **{each: f"{each} != `-1` && {each} || null" for each in ("fromPort", "toPort")},
            "referencedSecurityGroupId": "referencedGroupInfo.groupId",
        },
        outputs="securityGroupRuleId",
        arn="ec2:security-group-rule/{securityGroupRuleId}",
        tags=TAGS,
        replace="securityGroupId",
        either=" ".join(_SOURCES),
    )


_SIDE = "[].{protocol: ipProtocol, fromPort: fromPort, toPort: toPort, cidrBlocks: ipRanges[].cidrIp}"
_GROUP = Call("describe_security_groups", "securityGroups[0]")

ROWS = [
    Row(
        type="aws:ec2/defaultSecurityGroup:DefaultSecurityGroup",
        create=Call(
            "describe_security_groups",
            "securityGroups[0].groupId",
            Filters=[{"Name": "vpc-id", "Values": ["{vpcId}"]}, {"Name": "group-name", "Values": ["default"]}],
        ),
        finish=_empty_default,
        read=_GROUP,
        delete=lambda *_: None,  # it lives and dies with its VPC
        update={side: _empty(side) for side in _SIDES},
        found={"name": "groupName", "ingress": f"ipPermissions{_SIDE}", "egress": f"ipPermissionsEgress{_SIDE}"},
        outputs="description ownerId",
        arn="ec2:security-group/{groupId}",
        tags=TAGS,
        replace="vpcId",
        computed=" ".join(_SIDES),
    ),
    Row(
        type="aws:ec2/securityGroup:SecurityGroup",
        create=Call("create_security_group", "groupId"),
        finish=lambda cloud, id_, _: _revoke(cloud, id_),  # AWS lets everything out of a new group
        read=_GROUP,
        delete="delete_security_group",
        names={"name": "GroupName"},
        outputs="ownerId",
        arn="ec2:security-group/{groupId}",
        refer="sg-",
        tags=TAGS,
        replace="description vpcId",
        defaults={"description": "Managed by Pulumi"},
        name="name",
    ),
    _rule("ingress", "aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule"),
    _rule("egress", "aws:vpc/securityGroupEgressRule:SecurityGroupEgressRule"),
]
