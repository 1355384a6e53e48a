"""No resource may name another that does not exist: moto accepts many a dangling id that AWS refuses."""

import re
from collections.abc import Iterator, Mapping
from typing import Any

from botocore.exceptions import ClientError

from sandbox.providers.aws.kind import Cloud, Kind, gone
from sandbox.providers.protocol import Props, ProviderError

_DOCUMENTS = ("tags", "tagsAll", "policy", "assumeRolePolicy")
_ELSEWHERE = ("peerVpcId",)  # in another region, where EC2 itself looks for it
_PREFIX_LIST = re.compile("pl-[0-9a-f]{8,17}")  # AWS's own; no resource makes one here


def refuse_dangling(cloud: Cloud, inputs: Props, table: Mapping[str, Kind]) -> None:
    """Raise ProviderError for the first id or ARN of this account and region that nothing stands behind."""
    for path, value in _strings(inputs, ""):
        if cloud.known and value in cloud.known:
            continue
        if not _exists(cloud, value.removesuffix(":*"), table):
            raise ProviderError(f"{path} = {value}: there is no such object in account {cloud.account}, {cloud.region}")
        cloud.know(value)


def _exists(cloud: Cloud, value: str, table: Mapping[str, Kind]) -> bool:
    # Service-linked roles are left out: AWS makes them itself, when a service first needs one.
    if "*" in value or ":role/aws-service-role/" in value:
        return True
    try:
        if _PREFIX_LIST.fullmatch(value):
            return bool(cloud("ec2").describe_prefix_lists(PrefixListIds=[value])["PrefixLists"])
        return all(kind.exists(cloud, where) for kind, where in _meant(cloud, value, table))
    except ClientError as error:
        if gone(error) or "Malformed" in error.response["Error"]["Code"]:
            return False
        raise


def _meant(cloud: Cloud, value: str, table: Mapping[str, Kind]) -> Iterator[tuple[Kind, Props]]:
    """The type of what a text names in this account and region, and what locates it there."""
    for kind in table.values():
        if where := kind.refers(value):
            around = {key: where.pop(key) for key in ("partition", "region", "account") if key in where}
            if all(getattr(cloud, key) == said for key, said in around.items()):
                yield kind, where


def _strings(value: Any, path: str) -> Iterator[tuple[str, str]]:
    if isinstance(value, str):
        yield path, value
    elif isinstance(value, dict):
        for key, item in value.items():
            if key not in (*_DOCUMENTS, *_ELSEWHERE):
                yield from _strings(item, f"{path}.{key}".lstrip("."))
    elif isinstance(value, list):
        for index, item in enumerate(value):
            yield from _strings(item, f"{path}[{index}]")
