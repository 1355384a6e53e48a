"""No resource may name another that does not exist: moto accepts many a dangling id that AWS refuses."""

import re
from collections.abc import Callable, Iterator
from typing import Any

from botocore.exceptions import ClientError

from sandbox.providers.aws.kind import Cloud, gone
from sandbox.providers.protocol import Props, ProviderError

_EC2: dict[str, tuple[str, str]] = {
    "vpc": ("describe_vpcs", "VpcIds"),
    "subnet": ("describe_subnets", "SubnetIds"),
    "sg": ("describe_security_groups", "GroupIds"),
    "rtb": ("describe_route_tables", "RouteTableIds"),
    "igw": ("describe_internet_gateways", "InternetGatewayIds"),
    "nat": ("describe_nat_gateways", "NatGatewayIds"),
    "eipalloc": ("describe_addresses", "AllocationIds"),
    "lt": ("describe_launch_templates", "LaunchTemplateIds"),
    "vpce": ("describe_vpc_endpoints", "VpcEndpointIds"),
    "pl": ("describe_prefix_lists", "PrefixListIds"),
}
_ID = re.compile(r"^(vpc|subnet|sg|rtb|igw|nat|eipalloc|lt|vpce|pl)-[0-9a-f]{8,17}$")
# Service-linked roles are left out: AWS makes them itself, when a service first needs one.
_ARN = re.compile(
    r"^arn:[a-z-]+:(?:kms|iam|logs|ecr):([a-z0-9-]*):(\d{12}):"
    r"(key/|role/(?!aws-service-role/)|log-group:|repository/)([^*]+)$"
)


def _log_group(cloud: Cloud, name: str) -> object:
    groups = cloud("logs").describe_log_groups(logGroupNamePrefix=name.removesuffix(":"))["logGroups"]
    if all(group["logGroupName"] != name.removesuffix(":") for group in groups):
        raise LookupError
    return groups


_BY_ARN: dict[str, Callable[[Cloud, str], object]] = {
    "key/": lambda cloud, name: cloud("kms").describe_key(KeyId=name),
    "role/": lambda cloud, name: cloud("iam").get_role(RoleName=name.rsplit("/", 1)[-1]),
    "log-group:": _log_group,
    "repository/": lambda cloud, name: cloud("ecr").describe_repositories(repositoryNames=[name]),
}


def refuse_dangling(cloud: Cloud, inputs: Props) -> None:
    """Raise ProviderError for the first id or ARN of this account and region that nothing stands behind."""
    for path, value in _strings(inputs, ""):
        if not _exists(cloud, value):
            raise ProviderError(f"{path} = {value}: there is no such object in account {cloud.account}, {cloud.region}")


def _exists(cloud: Cloud, value: str) -> bool:
    try:
        if match := _ID.match(value):
            operation, key = _EC2[match[1]]
            answer = getattr(cloud("ec2"), operation)(**{key: [value]})
            return any(found for found in answer.values() if isinstance(found, list))
        if (match := _ARN.match(value)) and match[1] in ("", cloud.region) and match[2] == cloud.account:
            _BY_ARN[match[3]](cloud, match[4])
    except LookupError:
        return False
    except ClientError as error:
        if gone(error) or "Malformed" in error.response["Error"]["Code"]:
            return False
        raise
    return True


def _strings(value: Any, path: str) -> Iterator[tuple[str, str]]:
    if isinstance(value, str):
        yield path, value
    elif isinstance(value, dict):
        for key, item in value.items():
            if key not in ("tags", "tagsAll", "policy", "assumeRolePolicy"):
                yield from _strings(item, f"{path}.{key}".lstrip("."))
    elif isinstance(value, list):
        for index, item in enumerate(value):
            yield from _strings(item, f"{path}[{index}]")
