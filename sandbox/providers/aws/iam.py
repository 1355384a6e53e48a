"""IAM: roles and their policies, identity providers, instance profiles. All of it is global to the account."""

import json
from collections.abc import Callable
from typing import Any
from urllib.parse import unquote

from sandbox.providers.aws.kind import Cloud, Kind, call, lower, pick, tag_list, tag_map
from sandbox.providers.protocol import Props


def _tagger(what: str, key: str) -> Callable[[Cloud, str, Props, dict[str, str], list[str]], None]:
    """Tags of one sort of object, whose calls end in `what` and name it by `key`."""

    def tag(cloud: Cloud, id_: str, _: Props, tags: dict[str, str], gone: list[str]) -> None:
        if gone:
            getattr(cloud("iam"), f"untag_{what}")(**{key: id_}, TagKeys=gone)
        getattr(cloud("iam"), f"tag_{what}")(**{key: id_}, Tags=tag_list({"tagsAll": tags}))

    return tag


def _document(answer: Any) -> str:
    """A policy as JSON text, whatever form it was answered in."""
    return json.dumps(answer) if isinstance(answer, dict) else unquote(answer)


def _create_role(cloud: Cloud, props: Props) -> str:
    wanted = pick(
        props,
        "description",
        "path",
        "maxSessionDuration",
        "permissionsBoundary",
        RoleName="name",
        AssumeRolePolicyDocument="assumeRolePolicy",
    )
    cloud("iam").create_role(**wanted, Tags=tag_list(props))
    return str(props["name"])


def _read_role(cloud: Cloud, id_: str, _: Props) -> Props | None:
    role = cloud("iam").get_role(RoleName=id_)["Role"]
    return {
        **lower(role, "Arn", "Path", "MaxSessionDuration"),
        "name": role["RoleName"],
        "uniqueId": role["RoleId"],
        "createDate": role["CreateDate"].strftime("%Y-%m-%dT%H:%M:%SZ"),
        "description": role.get("Description", ""),
        "assumeRolePolicy": _document(role["AssumeRolePolicyDocument"]),
        "permissionsBoundary": role.get("PermissionsBoundary", {}).get("PermissionsBoundaryArn", ""),
        "tagsAll": tag_map(role.get("Tags")),
    }


def _describe_role(cloud: Cloud, id_: str, props: Props) -> None:
    duration = props.get("maxSessionDuration", 3600)
    cloud("iam").update_role(RoleName=id_, Description=props.get("description", ""), MaxSessionDuration=duration)


def _bound_role(cloud: Cloud, id_: str, props: Props) -> None:
    if props.get("permissionsBoundary"):
        cloud("iam").put_role_permissions_boundary(RoleName=id_, **pick(props, "permissionsBoundary"))
    else:
        cloud("iam").delete_role_permissions_boundary(RoleName=id_)


def _delete_role(cloud: Cloud, id_: str, _: Props) -> None:
    for profile in cloud("iam").list_instance_profiles_for_role(RoleName=id_)["InstanceProfiles"]:
        name = profile["InstanceProfileName"]
        cloud("iam").remove_role_from_instance_profile(InstanceProfileName=name, RoleName=id_)
    cloud("iam").delete_role(RoleName=id_)


def _put_policy(cloud: Cloud, id_: str, props: Props) -> None:
    role, name = id_.split(":")
    cloud("iam").put_role_policy(RoleName=role, PolicyName=name, PolicyDocument=props["policy"])


def _create_policy(cloud: Cloud, props: Props) -> str:
    id_ = f"{props['role']}:{props['name']}"
    _put_policy(cloud, id_, props)
    return id_


def _read_policy(cloud: Cloud, id_: str, _: Props) -> Props | None:
    role, name = id_.split(":")
    answer = cloud("iam").get_role_policy(RoleName=role, PolicyName=name)
    return {"role": role, "name": name, "policy": _document(answer["PolicyDocument"])}


def _delete_policy(cloud: Cloud, id_: str, _: Props) -> None:
    role, name = id_.split(":")
    cloud("iam").delete_role_policy(RoleName=role, PolicyName=name)


def _attach(cloud: Cloud, props: Props) -> str:
    cloud("iam").attach_role_policy(RoleName=props["role"], **pick(props, "policyArn"))
    return f"{props['role']}/{props['policyArn']}"


def _read_attachment(cloud: Cloud, id_: str, _: Props) -> Props | None:
    role, arn = id_.split("/", 1)
    pages = cloud("iam").get_paginator("list_attached_role_policies").paginate(RoleName=role)
    attached = {policy["PolicyArn"] for page in pages for policy in page["AttachedPolicies"]}
    return {"role": role, "policyArn": arn} if arn in attached else None


def _detach(cloud: Cloud, id_: str, _: Props) -> None:
    role, arn = id_.split("/", 1)
    cloud("iam").detach_role_policy(RoleName=role, PolicyArn=arn)


def _create_provider(cloud: Cloud, props: Props) -> str:
    arn: str = cloud("iam").create_open_id_connect_provider(
        **pick(props, "url", ClientIDList="clientIdLists", ThumbprintList="thumbprintLists"), Tags=tag_list(props)
    )["OpenIDConnectProviderArn"]
    return arn


def _read_provider(cloud: Cloud, arn: str, _: Props) -> Props | None:
    provider = cloud("iam").get_open_id_connect_provider(OpenIDConnectProviderArn=arn)
    return {
        "arn": arn,
        "url": f"https://{provider['Url'].removeprefix('https://')}",
        "clientIdLists": provider["ClientIDList"],
        "thumbprintLists": provider["ThumbprintList"],
        "tagsAll": tag_map(provider.get("Tags")),
    }


def _admit_clients(cloud: Cloud, arn: str, props: Props) -> None:
    iam, wanted = cloud("iam"), set(props.get("clientIdLists") or ())
    admitted = set(iam.get_open_id_connect_provider(OpenIDConnectProviderArn=arn)["ClientIDList"])
    for client in sorted(wanted - admitted):
        iam.add_client_id_to_open_id_connect_provider(OpenIDConnectProviderArn=arn, ClientID=client)
    for client in sorted(admitted - wanted):
        iam.remove_client_id_from_open_id_connect_provider(OpenIDConnectProviderArn=arn, ClientID=client)


def _create_profile(cloud: Cloud, props: Props) -> str:
    name: str = props["name"]
    cloud("iam").create_instance_profile(InstanceProfileName=name, **pick(props, "path"), Tags=tag_list(props))
    return name


def _read_profile(cloud: Cloud, name: str, _: Props) -> Props | None:
    profile = cloud("iam").get_instance_profile(InstanceProfileName=name)["InstanceProfile"]
    return {
        **lower(profile, "Arn", "Path"),
        "name": name,
        "uniqueId": profile["InstanceProfileId"],
        "role": next((role["RoleName"] for role in profile["Roles"]), ""),
        "tagsAll": tag_map(profile.get("Tags")),
    }


def _empty_profile(cloud: Cloud, name: str, _: Props) -> None:
    for role in cloud("iam").get_instance_profile(InstanceProfileName=name)["InstanceProfile"]["Roles"]:
        cloud("iam").remove_role_from_instance_profile(InstanceProfileName=name, RoleName=role["RoleName"])


def _change_profile(cloud: Cloud, name: str, props: Props) -> None:
    _empty_profile(cloud, name, props)
    if props.get("role"):
        cloud("iam").add_role_to_instance_profile(InstanceProfileName=name, RoleName=props["role"])


def _delete_profile(cloud: Cloud, name: str, props: Props) -> None:
    _empty_profile(cloud, name, props)
    cloud("iam").delete_instance_profile(InstanceProfileName=name)


ROWS = [
    Kind(
        type="aws:iam/role:Role",
        create=_create_role,
        read=_read_role,
        delete=_delete_role,
        update={
            "assumeRolePolicy": call("iam", "update_assume_role_policy", "RoleName", PolicyDocument="assumeRolePolicy"),
            "description": _describe_role,
            "maxSessionDuration": _describe_role,
            "permissionsBoundary": _bound_role,
        },
        replace=frozenset({"path"}),
        defaults={"path": "/", "maxSessionDuration": 3600},
        name="name",
        tag=_tagger("role", "RoleName"),
        everywhere=True,
    ),
    Kind(
        type="aws:iam/rolePolicy:RolePolicy",
        create=_create_policy,
        read=_read_policy,
        delete=_delete_policy,
        update={"policy": _put_policy},
        replace=frozenset({"role"}),
        name="name",
        everywhere=True,
    ),
    Kind(
        type="aws:iam/rolePolicyAttachment:RolePolicyAttachment",
        create=_attach,
        read=_read_attachment,
        delete=_detach,
        replace=frozenset({"role", "policyArn"}),
        everywhere=True,
    ),
    Kind(
        type="aws:iam/openIdConnectProvider:OpenIdConnectProvider",
        create=_create_provider,
        read=_read_provider,
        delete=call("iam", "delete_open_id_connect_provider", "OpenIDConnectProviderArn"),
        update={"clientIdLists": _admit_clients},
        replace=frozenset({"url"}),
        tag=_tagger("open_id_connect_provider", "OpenIDConnectProviderArn"),
        everywhere=True,
        sets=frozenset({"clientIdLists"}),
    ),
    Kind(
        type="aws:iam/instanceProfile:InstanceProfile",
        create=_create_profile,
        finish=_change_profile,
        read=_read_profile,
        delete=_delete_profile,
        update={"role": _change_profile},
        replace=frozenset({"path"}),
        defaults={"path": "/"},
        name="name",
        tag=_tagger("instance_profile", "InstanceProfileName"),
        everywhere=True,
    ),
]
