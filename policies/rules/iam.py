"""No identity may do everything, none has keys that last (IAM-01, IAM-02)."""

from collections.abc import Iterator, Sequence
from typing import Any

from policies import documents
from policies.profiles import Profile
from policies.rule import Resource, Rule

_DOCUMENTS = {
    "aws:iam/groupPolicy:GroupPolicy": "policy",
    "aws:iam/policy:Policy": "policy",
    "aws:iam/rolePolicy:RolePolicy": "policy",
    "aws:iam/userPolicy:UserPolicy": "policy",
    "aws:ssoadmin/permissionSetInlinePolicy:PermissionSetInlinePolicy": "inlinePolicy",
}
_ATTACHMENTS = frozenset(
    {
        "aws:iam/groupPolicyAttachment:GroupPolicyAttachment",
        "aws:iam/policyAttachment:PolicyAttachment",
        "aws:iam/rolePolicyAttachment:RolePolicyAttachment",
        "aws:iam/userPolicyAttachment:UserPolicyAttachment",
    }
)
_ROLE = "aws:iam/role:Role"
_ROLES_OF_KUBERNETES = "kubernetes:rbac.authorization.k8s.io/v1:ClusterRole"
_BINDINGS = "kubernetes:rbac.authorization.k8s.io/v1:ClusterRoleBinding"
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


def _role(resource: Resource) -> Iterator[str]:
    for inline in documents.listed(resource.props.get("inlinePolicies")):
        yield from _document("inlinePolicies", inline.get("policy"))
    yield from _managed(resource.props.get("managedPolicyArns") or [])
    for statement in documents.statements(resource.props.get("assumeRolePolicy")):
        if documents.allows_anybody(statement):
            yield "assumeRolePolicy lets anybody take the role; name the principals"


def _bounded(resource: Resource, profile: Profile) -> Iterator[str]:
    if resource.type in _DOCUMENTS:
        key = _DOCUMENTS[resource.type]
        yield from _document(key, resource.props.get(key))
    elif resource.type in _ATTACHMENTS:
        yield from _managed([resource.props.get("policyArn")])
    elif resource.type == _ROLE:
        yield from _role(resource)
    elif resource.type == _BINDINGS:
        if (resource.props.get("roleRef") or {}).get("name") == "cluster-admin":
            yield "roleRef makes its subjects masters of the cluster; bind a role of their own"
    elif any(
        "*" in rule.get("verbs", []) and "*" in rule.get("resources", []) for rule in resource.props.get("rules") or []
    ):
        yield "rules allows every verb on every resource; name them"


def _lasting(resource: Resource, profile: Profile) -> Iterator[str]:
    yield "is a key that lasts until somebody remembers it; use a role"


WILDCARDS = Rule(
    name="wildcard-iam",
    promise="No identity may do everything.",
    types=frozenset({*_DOCUMENTS, *_ATTACHMENTS, _ROLE, _ROLES_OF_KUBERNETES, _BINDINGS}),
    judge=_bounded,
)
STATIC_KEYS = Rule(
    name="static-key",
    promise="No identity has a key that lasts.",
    types=frozenset({"aws:iam/accessKey:AccessKey", "aws:iam/userLoginProfile:UserLoginProfile"}),
    judge=_lasting,
)
