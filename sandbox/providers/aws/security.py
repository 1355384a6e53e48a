"""Security groups: the default one, adopted and emptied; one's own; and their rules, each an object with an id."""

from collections.abc import Callable, Iterable
from typing import Any

from sandbox.providers.aws.ec2 import found, specified, tag_ec2
from sandbox.providers.aws.kind import Cloud, Kind, call, lower, pick, tag_map
from sandbox.providers.protocol import Props, ProviderError

_SIDES = {"ingress": "IpPermissions", "egress": "IpPermissionsEgress"}


def _group(cloud: Cloud, id_: str) -> dict[str, Any]:
    return found(cloud, "describe_security_groups", "GroupIds", id_, "SecurityGroups") or {}


def _read_group(cloud: Cloud, id_: str, _: Props) -> Props | None:
    group = _group(cloud, id_)
    return group and {
        **lower(group, "VpcId", "Description", "OwnerId"),
        "name": group["GroupName"],
        "arn": cloud.arn("ec2", f"security-group/{id_}"),
        "tagsAll": tag_map(group.get("Tags")),
    }


def _revoke(cloud: Cloud, id_: str, sides: Iterable[str] = tuple(_SIDES)) -> None:
    group = _group(cloud, id_)
    for side in sides:
        if permissions := group.get(_SIDES[side]):
            getattr(cloud("ec2"), f"revoke_security_group_{side}")(GroupId=id_, IpPermissions=permissions)


def _create_group(cloud: Cloud, props: Props) -> str:
    id_: str = cloud("ec2").create_security_group(
        GroupName=props["name"],
        Description=props.get("description") or "Managed by Pulumi",
        **pick(props, "vpcId"),
        TagSpecifications=specified("security-group", props),
    )["GroupId"]
    return id_


def _adopt_default(cloud: Cloud, props: Props) -> str:
    query = [{"Name": "vpc-id", "Values": [props["vpcId"]]}, {"Name": "group-name", "Values": ["default"]}]
    id_: str = cloud("ec2").describe_security_groups(Filters=query)["SecurityGroups"][0]["GroupId"]
    return id_


def _finish_default(cloud: Cloud, id_: str, props: Props) -> None:
    for side in _SIDES:
        _empty(side)(cloud, id_, props)
    if props.get("tagsAll"):
        tag_ec2(cloud, id_, props, props["tagsAll"], [])


def _read_default(cloud: Cloud, id_: str, props: Props) -> Props | None:
    group = _group(cloud, id_)
    sides = {side: [lower(rule, *rule) for rule in group.get(api, [])] for side, api in _SIDES.items()}
    return group and {**(_read_group(cloud, id_, props) or {}), **sides}


def _empty(side: str) -> Callable[[Cloud, str, Props], None]:
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


def _rule(side: str, type_: str) -> Kind:
    def create(cloud: Cloud, props: Props) -> str:
        source = next(key for key in _SOURCES if props.get(key))
        into, key = _SOURCES[source]
        permission = {
            **pick(props, "ipProtocol", "fromPort", "toPort"),
            into: [{key: props[source], **pick(props, "description")}],
        }
        answer = getattr(cloud("ec2"), f"authorize_security_group_{side}")(
            GroupId=props["securityGroupId"],
            IpPermissions=[permission],
            TagSpecifications=specified("security-group-rule", props),
        )
        id_: str = answer["SecurityGroupRules"][0]["SecurityGroupRuleId"]
        return id_

    def delete(cloud: Cloud, id_: str, props: Props) -> None:
        revoke = getattr(cloud("ec2"), f"revoke_security_group_{side}")
        revoke(GroupId=props["securityGroupId"], SecurityGroupRuleIds=[id_])

    return Kind(
        type=type_,
        create=create,
        finish=_describe_rule,
        read=_read_rule,
        delete=delete,
        update=dict.fromkeys(("ipProtocol", "fromPort", "toPort", "description", *_SOURCES), _modify_rule),
        replace=frozenset({"securityGroupId"}),
        either=frozenset(_SOURCES),
        tag=tag_ec2,
    )


def _describe_rule(cloud: Cloud, id_: str, props: Props) -> None:
    """The local AWS forgets, with the call that makes a rule, what was said of a referenced group."""
    if props.get("referencedSecurityGroupId") and props.get("description"):
        _modify_rule(cloud, id_, props)


def _modify_rule(cloud: Cloud, id_: str, props: Props) -> None:
    ports = {"FromPort": props.get("fromPort", -1), "ToPort": props.get("toPort", -1)}
    sources = pick(props, "cidrIpv4", "cidrIpv6", "prefixListId", ReferencedGroupId="referencedSecurityGroupId")
    rule = {**pick(props, "ipProtocol"), "Description": props.get("description") or "", **ports, **sources}
    cloud("ec2").modify_security_group_rules(
        GroupId=props["securityGroupId"],
        SecurityGroupRules=[{"SecurityGroupRuleId": id_, "SecurityGroupRule": rule}],
    )


def _read_rule(cloud: Cloud, id_: str, _: Props) -> Props | None:
    rule = found(cloud, "describe_security_group_rules", "SecurityGroupRuleIds", id_, "SecurityGroupRules")
    if rule is None:
        return None
    other = rule.get("ReferencedGroupInfo", {}).get("GroupId")
    return {
        **lower(rule, "IpProtocol", "CidrIpv4", "CidrIpv6", "PrefixListId", "Description"),
        **{key: value for key in ("fromPort", "toPort") if (value := rule[f"{key[:1].upper()}{key[1:]}"]) != -1},
        **({"referencedSecurityGroupId": other} if other else {}),
        "securityGroupId": rule["GroupId"],
        "securityGroupRuleId": id_,
        "arn": cloud.arn("ec2", f"security-group-rule/{id_}"),
        "tagsAll": tag_map(rule.get("Tags")),
    }


ROWS = [
    Kind(
        type="aws:ec2/defaultSecurityGroup:DefaultSecurityGroup",
        create=_adopt_default,
        finish=_finish_default,
        read=_read_default,
        delete=lambda *_: None,  # it lives and dies with its VPC
        update={side: _empty(side) for side in _SIDES},
        computed=frozenset(_SIDES),
        replace=frozenset({"vpcId"}),
        tag=tag_ec2,
    ),
    Kind(
        type="aws:ec2/securityGroup:SecurityGroup",
        create=_create_group,
        finish=lambda cloud, id_, _: _revoke(cloud, id_),  # AWS lets everything out of a new group
        read=_read_group,
        delete=call("ec2", "delete_security_group", "GroupId"),
        replace=frozenset({"description", "vpcId"}),
        name="name",
        tag=tag_ec2,
    ),
    _rule("ingress", "aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule"),
    _rule("egress", "aws:vpc/securityGroupEgressRule:SecurityGroupEgressRule"),
]
