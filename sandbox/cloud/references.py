"""What services look up before they believe a request, EKS most: roles, keys, subnets, groups, launch templates."""

import re
from typing import Any

from moto.core.base_backend import BaseBackend
from moto.ec2.models import ec2_backends
from moto.eks.exceptions import InvalidParameterException
from moto.iam.models import iam_backends
from moto.kms.models import kms_backends

_PRINCIPAL = re.compile(r"arn:(?P<partition>[^:]+):iam::(?P<account>\d{12}):(?P<sort>role|user)/.+")


def has_principal(arn: str, *sorts: str) -> bool:
    """Whether there is an IAM role or user of that ARN, of the sorts named, in whichever account it is said to be."""
    match = _PRINCIPAL.fullmatch(arn)
    if match is None or match["sort"] not in sorts:
        return False
    iam = iam_backends[match["account"]][match["partition"]]
    known: dict[str, Any] = iam.roles if match["sort"] == "role" else iam.users
    return any(each.arn == arn for each in known.values())


def has_key(backend: BaseBackend, arn: str) -> bool:
    """Whether there is a KMS key of that ARN in this account and region."""
    return any(each.arn == arn for each in kms_backends[backend.account_id][backend.region_name].keys.values())


def principal(arn: str, message: str) -> None:
    """Refuse an IAM role or user that does not exist."""
    if not has_principal(arn, "role", "user"):
        raise InvalidParameterException(message=message)


def role(arn: str) -> None:
    """Refuse a role that does not exist."""
    principal(arn, f"Role provided in the request does not exist: {arn}")


def key(backend: BaseBackend, arn: str) -> None:
    """Refuse a KMS key that does not exist in this account and region."""
    if not has_key(backend, arn):
        raise InvalidParameterException(message=f"The keyArn in encryptionConfig provider {arn} is invalid")


def subnets(backend: BaseBackend, ids: list[str]) -> list[Any]:
    """The subnets by these ids."""
    known = {each.id: each for each in ec2_backends[backend.account_id][backend.region_name].describe_subnets()}
    return [_known(known, id_, "subnet ID") for id_ in ids]


def groups(backend: BaseBackend, ids: list[str]) -> None:
    """Refuse a security group that does not exist."""
    ec2 = ec2_backends[backend.account_id][backend.region_name]
    known = {each.id: each for each in ec2.describe_security_groups()}
    for id_ in ids:
        _known(known, id_, "security group ID")


def launch_template(backend: BaseBackend, asked: dict[str, str]) -> Any:
    """The version of the launch template that a node group asks for."""
    ec2 = ec2_backends[backend.account_id][backend.region_name]
    by = "id" if asked.get("id") else "name"
    known = {getattr(each, by): each for each in ec2.launch_templates.values()}
    template = _known(known, asked[by], "launch template")
    version = asked.get("version") or str(template.default_version_number)
    if not version.isdigit() or int(version) > len(template.versions):
        raise InvalidParameterException(message=f"The launch template {asked[by]} has no version {version}")
    return template.get_version(int(version))


def _known(known: dict[str, Any], id_: str, sort: str) -> Any:
    if id_ not in known:
        raise InvalidParameterException(message=f"The {sort} '{id_}' does not exist")
    return known[id_]
