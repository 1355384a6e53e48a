"""What stands literally in inputs and must not: another partition, a secret."""

import json
import re
from collections.abc import Iterator

from components.aws.partitions import REGIONS
from policies.profiles import Profile
from policies.rule import UNKNOWN, Resource, Rule, texts

_ARN = re.compile(r"\barn:(aws[a-z-]*):")
_SECRET = re.compile(
    r"hooks\.slack\.com/services/|://[^/\s:]*:[^/\s@]+@|\b(?:AKIA|ASIA)[0-9A-Z]{16}\b|\bgh[pousr]_\w{20}"
    r"|\bxox[abp]-\w|-----BEGIN [A-Z ]*PRIVATE KEY"
)
_SECRET_KEY = re.compile(r"pass|secret|token|credential|private|(?<!public)key$", re.IGNORECASE)
_NEVER = {
    "aws:docdb/cluster:Cluster": ("masterPassword",),
    "aws:elasticache/replicationGroup:ReplicationGroup": ("authToken",),
    "aws:elasticache/user:User": ("passwords",),
    "aws:neptune/cluster:Cluster": ("masterPassword",),
    "aws:rds/cluster:Cluster": ("masterPassword",),
    "aws:rds/instance:Instance": ("password",),
    "aws:redshift/cluster:Cluster": ("masterPassword",),
    "aws:secretsmanager/secretVersion:SecretVersion": ("secretBinary",),
}


def _partitions(resource: Resource, profile: Profile) -> Iterator[str]:
    home = REGIONS.get(profile.region or resource.region)
    if home is None:
        return
    for path, text in texts(resource.props):
        if wrong := set(_ARN.findall(text)) - {home.partition.name}:
            own = f"arn:{home.partition.name}:"
            yield f"{path} speaks of arn:{min(wrong)}: in {home.name}, where ARNs begin with {own}; use the partition's"


def _secrets(resource: Resource, profile: Profile) -> Iterator[str]:
    """The engine writes inputs into traces; what is a secret must not be one. The value itself is never shown."""
    for key in _NEVER.get(resource.type, ()):
        if resource.props.get(key) not in (None, "", UNKNOWN) and not _first(resource, key):
            yield f"{key} passes a secret through the engine; let the service make its own"
    if _is_confided(resource.props.get("secretString")):
        yield "secretString passes a secret through the engine; let Secrets Manager make its own"
    if resource.type == "aws:ssm/parameter:Parameter" and resource.props.get("type") == "SecureString":
        yield "a SecureString passes a secret through the engine; use Secrets Manager, which can make its own"
    for path, text in texts(resource.props):
        if _SECRET.search(text):
            yield f"{path} looks like a credential; keep it in Secrets Manager and name it here"


def _first(resource: Resource, key: str) -> bool:
    """A member of a global database cannot make its own password: it is born with one that is rotated at once."""
    return key in resource.ignored and bool(resource.props.get("globalClusterIdentifier"))


def _is_confided(text: object) -> bool:
    """Whether a secret's text holds more than what surrounds a secret, such as the name of its user."""
    if not isinstance(text, str) or text == UNKNOWN:
        return False
    try:
        told = json.loads(text)
    except ValueError:
        return True
    return not isinstance(told, dict) or any(_SECRET_KEY.search(key) and value for key, value in told.items())


PARTITIONS = Rule(
    name="foreign-partition",
    promise="ARNs are those of the stack's own partition.",
    judge=_partitions,
)
SECRETS = Rule(name="plain-secret", promise="No secret passes through a stack.", judge=_secrets)
