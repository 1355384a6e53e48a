"""The vocabulary of stack files: values that carry their own rule."""

import re
from dataclasses import dataclass
from ipaddress import IPv4Network
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, BeforeValidator, GetCoreSchemaHandler, GetJsonSchemaHandler, WithJsonSchema
from pydantic_core import CoreSchema, core_schema

from components.aws.partitions import PARTITIONS, REGIONS


@dataclass(frozen=True)
class Shape:
    """Text of one pattern; anything else, a number that lost its quotes included, meets `rule`."""

    pattern: str
    rule: str

    def __get_pydantic_core_schema__(self, source: Any, handler: GetCoreSchemaHandler) -> CoreSchema:
        return core_schema.no_info_before_validator_function(self._checked, handler(source))

    def __get_pydantic_json_schema__(self, schema: CoreSchema, handler: GetJsonSchemaHandler) -> dict[str, Any]:
        return {**handler(schema), "pattern": f"^(?:{self.pattern})$"}

    def _checked(self, value: object) -> str:
        if not isinstance(value, str) or not re.fullmatch(self.pattern, value, re.ASCII):
            raise ValueError(self.rule)
        return value


def canonical_environment(value: object) -> object:
    """`prod` and `production` are one environment; `production` is what names and tags say (C-21)."""
    return "production" if value == "prod" else value


def _text(value: object) -> object:
    if not isinstance(value, str):
        raise ValueError("must be text; put it in quotes")
    return value


def _known_region(value: str) -> str:
    if value not in REGIONS:
        raise ValueError(f"is no region known here; use one of {', '.join(REGIONS)}")
    return value


def _known_partition(value: str) -> str:
    if value not in PARTITIONS:
        raise ValueError(f"is no partition known here; use one of {', '.join(PARTITIONS)}, or leave it out")
    return value


PRIVATE_RANGES = tuple(IPv4Network(block) for block in ("10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16"))


def _network(value: object) -> IPv4Network:
    try:
        if isinstance(value, str | IPv4Network):
            return IPv4Network(value)
    except ValueError:
        pass  # the sentence below says more than the parser's
    raise ValueError("is no IPv4 network; write its first address and a prefix, such as 10.16.0.0/16")


def _private(value: IPv4Network) -> IPv4Network:
    if not any(value.subnet_of(block) for block in PRIVATE_RANGES):
        raise ValueError("is not private; choose it from 10.0.0.0/8, 172.16.0.0/12 or 192.168.0.0/16")
    return value


_CIDR_SCHEMA = WithJsonSchema({"type": "string", "pattern": r"^\d+\.\d+\.\d+\.\d+/\d+$"})

Cidr = Annotated[IPv4Network, BeforeValidator(_network), _CIDR_SCHEMA]
PrivateCidr = Annotated[IPv4Network, BeforeValidator(_network), AfterValidator(_private), _CIDR_SCHEMA]

Environment = Annotated[
    str,
    Shape("[a-z][a-z0-9-]{0,14}[a-z0-9]", "is no environment; use 2 to 16 lower-case letters, digits and hyphens"),
    BeforeValidator(canonical_environment),
]
Application = Annotated[
    str,
    Shape("[a-z][a-z0-9-]{0,18}[a-z0-9]", "is no application; use 2 to 20 lower-case letters, digits and hyphens"),
]
AccountId = Annotated[str, Shape(r"\d{12}", "is no AWS account; give all 12 digits, in quotes")]
RegionName = Annotated[
    str,
    AfterValidator(_known_region),
    BeforeValidator(_text),
    WithJsonSchema({"type": "string", "enum": list(REGIONS)}),
]
PartitionName = Annotated[
    str,
    AfterValidator(_known_partition),
    BeforeValidator(_text),
    WithJsonSchema({"type": "string", "enum": list(PARTITIONS)}),
]
Zone = Annotated[
    str, Shape("[a-z]{2}(-gov)?-[a-z]+-[0-9][a-f]", "is no zone; write region and letter, such as us-east-1a")
]
Domain = Annotated[
    str,
    Shape(
        r"(?=.{1,253}$)([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z][a-z0-9-]*[a-z0-9]",
        "is no domain name; write lower-case labels joined by dots, without scheme or path",
    ),
]
TagValue = Annotated[
    str,
    Shape(
        r"[\w .:/=+@-]{1,128}",
        "is no tag value that IAM and RDS take; use letters, digits, spaces and . : / = + @ - _, no comma",
    ),
]
DnsLabel = Annotated[
    str,
    Shape(
        "[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?",
        "is no Kubernetes name; use at most 63 lower-case letters, digits and hyphens",
    ),
]
KubernetesResource = Annotated[
    str,
    Shape(
        r"[a-z]{1,63}(\.[a-z0-9]([a-z0-9.-]{0,251}[a-z0-9])?)?",
        "is no resource of Kubernetes; write its plural in lower case, such as pods or deployments.apps",
    ),
]
KubernetesVersion = Annotated[str, Shape(r"1\.\d{2}", 'is no Kubernetes version; write it in quotes, such as "1.35"')]
InstanceType = Annotated[
    str, Shape(r"[a-z][a-z0-9-]*\.([a-z0-9]+-?)+", "is no instance type; write family and size, such as m5.xlarge")
]
DatabaseInstanceClass = Annotated[
    str,
    Shape(r"db\.[a-z0-9]+\.[a-z0-9]+", "is no instance class of a database; write it with db., such as db.r7g.large"),
]
CacheNodeType = Annotated[
    str,
    Shape(r"cache\.[a-z0-9]+\.[a-z0-9]+", "is no node type of a cache; write it with cache., such as cache.r7g.large"),
]
PostgresVersion = Annotated[
    str, Shape(r"1[5-9]\.\d{1,2}", 'is no PostgreSQL version; write major and minor in quotes, such as "16.6"')
]
BackupVaultName = Annotated[
    str, Shape(r"[\w-]{2,50}", "is no name of a backup vault; use 2 to 50 letters, digits, hyphens and underscores")
]
RoleName = Annotated[
    str, Shape(r"[\w+=,.@-]{1,64}", "is no IAM role name; give the name alone, account and partition are known")
]
GitUrl = Annotated[
    str,
    Shape(
        r"(https://|ssh://git@)[\w.-]+(:\d+)?/[\w./-]+",
        "is no Git repository; write https://host/path.git or ssh://git@host/path.git, without credentials",
    ),
]

GitRevision = Annotated[str, Shape(r"[\w][\w./-]{0,99}", "is no branch, tag or commit; write its name, such as main")]
GitPath = Annotated[
    str,
    Shape(r"[\w-]+(/[\w.-]+)*", "is no folder within the repository; write it from the root, without a leading slash"),
]
GitHubRepository = Annotated[
    str, Shape(r"[\w.-]+/[\w.-]+", "is no single repository; write owner/name, without wildcards or host")
]
GitRef = Annotated[
    str,
    Shape(
        r"refs/(heads|tags)/[\w./-]+\*?",
        "is no Git ref; write refs/heads/main or refs/tags/v*, with a wildcard at the end only",
    ),
]
SecretName = Annotated[
    str,
    Shape(
        r"[a-z0-9]([a-z0-9.-]{0,251}[a-z0-9])?",
        "is no name of a Kubernetes Secret; write lower-case letters, digits, . and -",
    ),
]
Issuer = Annotated[
    str,
    Shape(r"https://[\w.-]+(/[\w./-]*)?", "is no OIDC issuer; write its https address, without credentials or port"),
]
SlackChannel = Annotated[
    str, Shape("[a-z0-9_-]{1,80}", "is no Slack channel; write its name without #, in lower-case letters")
]
PinnedImage = Annotated[
    str,
    Shape(
        r"[\w./-]+@sha256:[0-9a-f]{64}",
        "can change under its name; mirror it into the platform's registry and give it as name@sha256:digest",
    ),
]

ImageMirror = Annotated[
    str,
    Shape(
        r"[a-z0-9-]+(\.[a-z0-9-]+)+(:\d{2,5})?(/[a-z0-9._-]+)*",
        "is no image registry; write host, host:port or host/folder, without scheme or a slash at the end",
    ),
]
HostPort = Annotated[
    str,
    Shape(
        r"[a-z0-9]([a-z0-9.-]*[a-z0-9])?:\d{2,5}",
        "is no service address; write host:port without scheme, such as collector.monitoring:4317",
    ),
]
HttpUrl = Annotated[
    str,
    Shape(
        r"https?://[a-z0-9]([a-z0-9.-]*[a-z0-9])?(:\d{2,5})?(/[\w./-]*)?",
        "is no address; write http:// or https:// and the host, without credentials",
    ),
]
Email = Annotated[str, Shape(r"[\w.+-]+@[a-z0-9-]+(\.[a-z0-9-]+)+", "is no e-mail address; write name@domain")]
ProcessName = Annotated[
    str, Shape(r"[\w.-]{1,15}", "is no process name; write it as the kernel knows it, at most 15 characters")
]

# The only values that CloudWatch Logs takes.
RETENTIONS = (1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827, 2192, 2557, 2922, 3288, 3653)


def _retention(value: int) -> int:
    if value not in RETENTIONS:
        nearest = next((days for days in RETENTIONS if days >= value), RETENTIONS[-1])
        raise ValueError(f"is no retention that CloudWatch Logs offers; use {nearest} days")
    return value


RetentionDays = Annotated[
    int, AfterValidator(_retention), WithJsonSchema({"type": "integer", "enum": list(RETENTIONS)})
]

Framework = Literal["pci-dss", "soc2", "gdpr", "hipaa", "cmmc-l2", "fedramp-moderate"]
