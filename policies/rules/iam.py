"""No identity may do everything, none has keys that last (IAM-01, IAM-02)."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

from policies import documents
from policies.profiles import Profile
from policies.rule import Resource, Rule

Inputs = Mapping[str, Any]
Check = Callable[[Inputs], Iterator[str]]

_ALMIGHTY = ("AdministratorAccess", "PowerUserAccess", "IAMFullAccess")


def _everything(statement: documents.Statement) -> bool:
    """Every action of AWS, or of one service, on every resource, on no condition."""
    actions = documents.listed(statement.get("Action"))
    wide = "NotAction" in statement or any(str(action) == "*" or str(action).endswith(":*") for action in actions)
    everywhere = "*" in documents.listed(statement.get("Resource")) or "NotResource" in statement
    return statement.get("Effect") == "Allow" and wide and everywhere and not statement.get("Condition")


def _document(at: str, document: Any) -> Iterator[str]:
    for statement in documents.statements(document):
        if _everything(statement):
            yield f"{at} allows {documents.shown(statement)} on every resource; name the actions and the resources"


def _managed(arns: Sequence[Any]) -> Iterator[str]:
    for arn in arns:
        if (name := str(arn).rpartition("/")[2]) in _ALMIGHTY:
            yield f"{name} allows everything; name what is needed in a policy of its own"


def _policy(key: str) -> Check:
    return lambda inputs: _document(key, inputs.get(key))


def _attachment(inputs: Inputs) -> Iterator[str]:
    yield from _managed([inputs.get("policyArn")])


def _role(inputs: Inputs) -> Iterator[str]:
    for inline in documents.listed(inputs.get("inlinePolicies")):
        yield from _document("inlinePolicies", inline.get("policy"))
    yield from _managed(inputs.get("managedPolicyArns") or [])
    for statement in documents.statements(inputs.get("assumeRolePolicy")):
        if documents.allows_anybody(statement):
            yield "assumeRolePolicy lets anybody take the role; name the principals"


def _binding(inputs: Inputs) -> Iterator[str]:
    if (inputs.get("roleRef") or {}).get("name") == "cluster-admin":
        yield "roleRef makes its subjects masters of the cluster; bind a role of their own"


def _cluster_role(inputs: Inputs) -> Iterator[str]:
    for rule in inputs.get("rules") or ():
        if "*" in rule.get("verbs", ()) and "*" in rule.get("resources", ()):
            yield "rules allows every verb on every resource; name them"


CHECKS: Mapping[str, Check] = {
    "aws:iam/groupPolicy:GroupPolicy": _policy("policy"),
    "aws:iam/groupPolicyAttachment:GroupPolicyAttachment": _attachment,
    "aws:iam/policy:Policy": _policy("policy"),
    "aws:iam/policyAttachment:PolicyAttachment": _attachment,
    "aws:iam/role:Role": _role,
    "aws:iam/rolePolicy:RolePolicy": _policy("policy"),
    "aws:iam/rolePolicyAttachment:RolePolicyAttachment": _attachment,
    "aws:iam/userPolicy:UserPolicy": _policy("policy"),
    "aws:iam/userPolicyAttachment:UserPolicyAttachment": _attachment,
    "aws:ssoadmin/permissionSetInlinePolicy:PermissionSetInlinePolicy": _policy("inlinePolicy"),
    "kubernetes:rbac.authorization.k8s.io/v1:ClusterRole": _cluster_role,
    "kubernetes:rbac.authorization.k8s.io/v1:ClusterRoleBinding": _binding,
}


def _bounded(resource: Resource, profile: Profile) -> Iterator[str]:
    yield from CHECKS[resource.type](resource.props)


def _lasting(resource: Resource, profile: Profile) -> Iterator[str]:
    yield "is a key that lasts until somebody remembers it; use a role"


WILDCARDS = Rule(
    name="wildcard-iam",
    promise="No identity may do everything.",
    types=frozenset(CHECKS),
    judge=_bounded,
)
STATIC_KEYS = Rule(
    name="static-key",
    promise="No identity has a key that lasts.",
    types=frozenset({"aws:iam/accessKey:AccessKey", "aws:iam/userLoginProfile:UserLoginProfile"}),
    judge=_lasting,
)
