"""WAF: web ACLs of a region, what they stand before, and where they log."""

from typing import Any

from sandbox.providers.aws import shapes
from sandbox.providers.aws.kind import Cloud, tag_list
from sandbox.providers.aws.row import Call, Row
from sandbox.providers.protocol import Props

_NAMES = {  # what the vendor's provider writes in another case
    f"{path}visibilityConfig.cloudwatchMetricsEnabled": "CloudWatchMetricsEnabled" for path in ("", "rules.")
}
_SAID = ("description", "defaultAction", "rules", "visibilityConfig")
_EMPTY = ("none", "allow", "block", "count")  # structures that say all by being there


def _asked(cloud: Cloud, props: Props, operation: str) -> dict[str, Any]:
    shape = cloud("wafv2").meta.service_model.operation_model(operation).input_shape
    values = {key: props[key] for key in ("name", "scope", *_SAID) if props.get(key) is not None}
    return shapes.request(shape, values, _NAMES)


def _create(cloud: Cloud, props: Props) -> str:
    made = cloud("wafv2").create_web_acl(**_asked(cloud, props, "CreateWebACL"), Tags=tag_list(props))
    return str(made["Summary"]["Id"])


def _located(id_: str, props: Props) -> dict[str, str]:
    """An import names it by id, name and scope."""
    own, _, rest = id_.partition("/")
    name, _, scope = rest.partition("/")
    return {"Id": own, "Name": name or props["name"], "Scope": scope or props["scope"]}


def _read(cloud: Cloud, id_: str, props: Props) -> Props | None:
    where = _located(id_, props)
    found = cloud("wafv2").get_web_acl(**where)["WebACL"]
    shape = cloud("wafv2").meta.service_model.operation_model("GetWebACL").output_shape.members["WebACL"]
    said = _trimmed(shapes.decode(shape, found))
    told = cloud("wafv2").list_tags_for_resource(ResourceARN=found["ARN"])
    return {
        **{key: shapes.renamed(said[key], _NAMES, key) for key in _SAID if said.get(key)},
        "id": where["Id"],
        "arn": found["ARN"],
        "name": where["Name"],
        "scope": where["Scope"],
        "capacity": found.get("Capacity", 0),
        "tagsAll": {each["Key"]: each["Value"] for each in told["TagInfoForResource"]["TagList"]},
    }


def _trimmed(value: Any) -> Any:
    """Without what was never set, but for the structures that are empty by nature."""
    if isinstance(value, list):
        return [_trimmed(each) for each in value]
    if not isinstance(value, dict):
        return value
    return {key: _trimmed(each) for key, each in value.items() if each is not None and (each != {} or key in _EMPTY)}


def _update(cloud: Cloud, id_: str, props: Props) -> None:
    token = cloud("wafv2").get_web_acl(**_located(id_, props))["LockToken"]
    asked = _asked(cloud, props, "UpdateWebACL") | _located(id_, props)
    cloud("wafv2").update_web_acl(**asked, LockToken=token)


def _delete(cloud: Cloud, id_: str, props: Props) -> None:
    where = _located(id_, props)
    token = cloud("wafv2").get_web_acl(**where)["LockToken"]
    cloud("wafv2").delete_web_acl(**where, LockToken=token)


def _tag(cloud: Cloud, id_: str, props: Props, tags: dict[str, str], lost: list[str]) -> None:
    arn = cloud("wafv2").get_web_acl(**_located(id_, props))["WebACL"]["ARN"]
    if lost:
        cloud("wafv2").untag_resource(ResourceARN=arn, TagKeys=lost)
    cloud("wafv2").tag_resource(ResourceARN=arn, Tags=tag_list({"tagsAll": tags}))


def _associate(cloud: Cloud, props: Props) -> str:
    cloud("wafv2").associate_web_acl(WebACLArn=props["webAclArn"], ResourceArn=props["resourceArn"])
    return f"{props['webAclArn']},{props['resourceArn']}"


def _associated(cloud: Cloud, id_: str, props: Props) -> Props | None:
    acl, _, resource = id_.partition(",")
    found = cloud("wafv2").get_web_acl_for_resource(ResourceArn=resource).get("WebACL")
    return {"id": id_, "webAclArn": acl, "resourceArn": resource} if found and found["ARN"] == acl else None


def _part(cloud: Cloud, id_: str, props: Props) -> None:
    cloud("wafv2").disassociate_web_acl(ResourceArn=id_.partition(",")[2])


def _log(cloud: Cloud, id_: str, props: Props) -> None:
    said = {"ResourceArn": props["resourceArn"], "LogDestinationConfigs": props["logDestinationConfigs"]}
    fields = [{"SingleHeader": {"Name": each["singleHeader"]["name"]}} for each in props.get("redactedFields") or []]
    cloud("wafv2").put_logging_configuration(
        LoggingConfiguration={**said, **({"RedactedFields": fields} if fields else {})}
    )


def _start_logging(cloud: Cloud, props: Props) -> str:
    _log(cloud, "", props)
    return str(props["resourceArn"])


ROWS = [
    Row(
        type="aws:wafv2/webAcl:WebAcl",
        create=_create,
        read=_read,
        delete=_delete,
        update={" ".join(_SAID): _update},
        tags=_tag,
        replace="scope",
        sets="rules",
        name="name",
    ),
    Row(
        type="aws:wafv2/webAclAssociation:WebAclAssociation",
        create=_associate,
        read=_associated,
        delete=_part,
        replace="webAclArn resourceArn",
        delete_first=True,
    ),
    Row(
        type="aws:wafv2/webAclLoggingConfiguration:WebAclLoggingConfiguration",
        create=_start_logging,
        read=Call("get_logging_configuration", "loggingConfiguration"),
        delete="delete_logging_configuration",
        update={"logDestinationConfigs redactedFields": _log},
        id="{resourceArn}",
        replace="resourceArn",
        sets="logDestinationConfigs redactedFields",
        delete_first=True,
    ),
]
