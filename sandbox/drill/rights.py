"""What a role allows, beside what was asked with it: the local AWS itself looks into no policy."""

import json
from collections.abc import Iterable, Iterator, Sequence
from fnmatch import fnmatchcase
from typing import Any

from sandbox.faults.proxy import Request

SIGNED = {"monitoring": "cloudwatch"}
"""Name that a request is signed with -> prefix of its actions, where they differ."""
CHECKED = {"TransactWriteItems": ("ConditionCheckItem", "PutItem", "UpdateItem")}
"""Operation -> the actions that allow it, where they have other names."""
PATHS = {
    "GET /clusters/*/node-groups/*": "DescribeNodegroup",
    "POST /clusters/*/node-groups/*/update-config": "UpdateNodegroupConfig",
}
"""The same of an API that names its operations by method and path."""


def actions(request: Request) -> Iterator[str]:
    """What a request needs to be allowed, such as `rds:FailoverGlobalCluster`."""
    prefix = SIGNED.get(request.service, request.service)
    operation = next((name for path, name in PATHS.items() if fnmatchcase(request.operation, path)), request.operation)
    for each in CHECKED.get(operation, (operation,)):
        yield f"{prefix}:{each}"


def allowed(iam: Any, role: str) -> list[str]:
    """The actions, or patterns of them, that the policies of a role allow, whatever the resource."""
    documents = [
        iam.get_role_policy(RoleName=role, PolicyName=name)["PolicyDocument"]
        for name in iam.list_role_policies(RoleName=role)["PolicyNames"]
    ]
    for attached in iam.list_attached_role_policies(RoleName=role)["AttachedPolicies"]:
        version = iam.get_policy(PolicyArn=attached["PolicyArn"])["Policy"]["DefaultVersionId"]
        found = iam.get_policy_version(PolicyArn=attached["PolicyArn"], VersionId=version)
        documents.append(found["PolicyVersion"]["Document"])
    plain = [json.loads(each) if isinstance(each, str) else each for each in documents]
    statements = [each for document in plain for each in document["Statement"] if each["Effect"] == "Allow"]
    return [action for each in statements for action in _list(each["Action"])]


def beyond(requests: Iterable[Request], patterns: Sequence[str]) -> list[str]:
    """The actions that were needed and that nothing allows."""
    needed = {action for request in requests for action in actions(request)}
    return sorted(each for each in needed if not any(fnmatchcase(each, pattern) for pattern in patterns))


def _list(value: str | list[str]) -> list[str]:
    return [value] if isinstance(value, str) else value
