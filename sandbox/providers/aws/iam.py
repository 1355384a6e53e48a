"""IAM: roles and their policies, identity providers, instance profiles. All of it is global to the account."""

from sandbox.providers.aws.kind import Cloud, tag_list, tag_map
from sandbox.providers.aws.row import Call, Row
from sandbox.providers.protocol import Props


def _delete_role(cloud: Cloud, id_: str, _: Props) -> None:
    for profile in cloud("iam").list_instance_profiles_for_role(RoleName=id_)["InstanceProfiles"]:
        name = profile["InstanceProfileName"]
        cloud("iam").remove_role_from_instance_profile(InstanceProfileName=name, RoleName=id_)
    cloud("iam").delete_role(RoleName=id_)


def _admit_clients(cloud: Cloud, arn: str, props: Props) -> None:
    iam, wanted = cloud("iam"), set(props.get("clientIdLists") or ())
    admitted = set(iam.get_open_id_connect_provider(OpenIDConnectProviderArn=arn)["ClientIDList"])
    for client in sorted(wanted - admitted):
        iam.add_client_id_to_open_id_connect_provider(OpenIDConnectProviderArn=arn, ClientID=client)
    for client in sorted(admitted - wanted):
        iam.remove_client_id_from_open_id_connect_provider(OpenIDConnectProviderArn=arn, ClientID=client)


def _empty_profile(cloud: Cloud, name: str) -> None:
    for role in cloud("iam").get_instance_profile(InstanceProfileName=name)["InstanceProfile"]["Roles"]:
        cloud("iam").remove_role_from_instance_profile(InstanceProfileName=name, RoleName=role["RoleName"])


def _change_profile(cloud: Cloud, name: str, props: Props) -> None:
    _empty_profile(cloud, name)
    if props.get("role"):
        cloud("iam").add_role_to_instance_profile(InstanceProfileName=name, RoleName=props["role"])


def _delete_profile(cloud: Cloud, name: str, _: Props) -> None:
    _empty_profile(cloud, name)
    cloud("iam").delete_instance_profile(InstanceProfileName=name)


def _service_role(arn: str) -> str:
    return arn.rpartition("/")[2]


def _read_service_role(cloud: Cloud, id_: str, props: Props) -> Props | None:
    role = cloud("iam").get_role(RoleName=_service_role(id_))["Role"]
    return {
        "arn": role["Arn"],
        "name": role["RoleName"],
        "path": role["Path"],
        "uniqueId": role["RoleId"],
        "awsServiceName": role["Path"].split("/")[2],
        "customSuffix": props.get("customSuffix"),
        "description": role.get("Description", ""),
        "tagsAll": tag_map(role.get("Tags")),
    }


def _tag_service_role(cloud: Cloud, id_: str, _: Props, tags: dict[str, str], gone: list[str]) -> None:
    if gone:
        cloud("iam").untag_role(RoleName=_service_role(id_), TagKeys=gone)
    cloud("iam").tag_role(RoleName=_service_role(id_), Tags=tag_list({"tagsAll": tags}))


ROWS = [
    Row(
        type="aws:iam/role:Role",
        create=Call("create_role"),
        read=Call("get_role", "role"),
        delete=_delete_role,
        update={
            "assumeRolePolicy": Call("update_assume_role_policy", PolicyDocument="{assumeRolePolicy}"),
            "description maxSessionDuration": "update_role",
            "permissionsBoundary": Call("put_role_permissions_boundary", off="delete_role_permissions_boundary"),
        },
        id="{name}",
        names={"name": "RoleName", "assumeRolePolicy": "AssumeRolePolicyDocument"},
        found={"uniqueId": "roleId", "permissionsBoundary": "permissionsBoundary.permissionsBoundaryArn"},
        outputs="arn createDate",
        arn="iam:role{path}{name}",
        tags="tag_role untag_role",
        replace="path",
        defaults={"path": "/", "maxSessionDuration": 3600, "description": ""},
        name="name",
        everywhere=True,
    ),
    Row(
        type="aws:iam/rolePolicy:RolePolicy",
        create=Call("put_role_policy"),
        read=Call("get_role_policy", "@"),
        delete="delete_role_policy",
        update={"policy": "put_role_policy"},
        id="{role}:{name}",
        names={"role": "RoleName", "name": "PolicyName", "policy": "PolicyDocument"},
        replace="role",
        name="name",
        everywhere=True,
    ),
    Row(
        type="aws:iam/rolePolicyAttachment:RolePolicyAttachment",
        create=Call("attach_role_policy"),
        read=Call("list_attached_role_policies", "attachedPolicies[?policyArn=='{policyArn}'] | [0]"),
        delete="detach_role_policy",
        id="{role}/{policyArn}",
        names={"role": "RoleName"},
        replace="role policyArn",
        everywhere=True,
    ),
    Row(
        type="aws:iam/openIdConnectProvider:OpenIdConnectProvider",
        create=Call("create_open_id_connect_provider", "openIDConnectProviderArn"),
        read=Call("get_open_id_connect_provider", "@"),
        delete="delete_open_id_connect_provider",
        update={"clientIdLists": _admit_clients},
        found={"arn": "id", "url": "join('', ['https://', url])", "thumbprintLists": "thumbprintList"},
        tags="tag_open_id_connect_provider untag_open_id_connect_provider",
        replace="url",
        sets="clientIdLists",
        everywhere=True,
    ),
    Row(
        type="aws:iam/instanceProfile:InstanceProfile",
        create=Call("create_instance_profile"),
        read=Call("get_instance_profile", "instanceProfile"),
        delete=_delete_profile,
        update={"role": _change_profile},
        id="{name}",
        names={"name": "InstanceProfileName"},
        found={"uniqueId": "instanceProfileId", "role": "roles[0].roleName"},
        outputs="arn",
        arn="iam:instance-profile{path}{name}",
        tags="tag_instance_profile untag_instance_profile",
        replace="path",
        defaults={"path": "/"},
        name="name",
        everywhere=True,
    ),
    Row(
        type="aws:iam/serviceLinkedRole:ServiceLinkedRole",
        create=Call("create_service_linked_role", "role.arn"),
        finish=lambda cloud, id_, props: _tag_service_role(cloud, id_, props, props.get("tagsAll") or {}, []),
        read=_read_service_role,
        delete=lambda cloud, id_, _: cloud("iam").delete_service_linked_role(RoleName=_service_role(id_)),
        update={
            "description": lambda cloud, id_, props: cloud("iam").update_role(
                RoleName=_service_role(id_), Description=props.get("description", "")
            )
        },
        names={"awsServiceName": "AWSServiceName"},
        tags=_tag_service_role,
        replace="awsServiceName customSuffix",
        defaults={"description": ""},
        everywhere=True,
    ),
]
