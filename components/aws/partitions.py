"""Facts about AWS partitions and regions: the one place where their literals may stand."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType


@dataclass(frozen=True, kw_only=True)
class Partition:
    """A separate AWS with accounts, credentials and host names of its own."""

    name: str
    dns_suffix: str
    fips: bool  # whether its workloads must use FIPS endpoints (GOV-02)
    home_region: str  # where services without a region are ordered, and count what they see


@dataclass(frozen=True, kw_only=True)
class Region:
    """A region with its zones by name; `lacks` holds the endpoint services that other regions offer and it does not.

    `without_eks` are the ids of zones in which EKS makes no control plane; letters differ from account to account.
    """

    name: str
    partition: Partition
    zones: tuple[str, ...]
    lacks: frozenset[str] = field(default_factory=frozenset)
    without_eks: frozenset[str] = field(default_factory=frozenset)

    def zone(self, letter: str) -> str:
        return f"{self.name}{letter}"


COMMERCIAL = Partition(name="aws", dns_suffix="amazonaws.com", fips=False, home_region="us-east-1")
GOVCLOUD = Partition(name="aws-us-gov", dns_suffix="amazonaws.com", fips=True, home_region="us-gov-west-1")
PARTITIONS: Mapping[str, Partition] = MappingProxyType({p.name: p for p in (COMMERCIAL, GOVCLOUD)})

# What private clusters need, and what workloads here may ask for beyond that (NET-06, NET-08).
ENDPOINT_SERVICES = frozenset(
    {
        *("acm-pca", "aps-workspaces", "auditmanager", "autoscaling", "backup", "cloudtrail", "codeartifact.api"),
        *(
            "codeartifact.repositories",
            "config",
            "dynamodb",
            "ec2",
            "ec2messages",
            "ecr.api",
            "ecr.dkr",
            "eks",
            "eks-auth",
        ),
        *("elasticache", "elasticfilesystem", "elasticloadbalancing", "events", "guardduty-data", "inspector2", "kms"),
        *("lambda", "logs", "macie2", "monitoring", "payment-cryptography.controlplane"),
        *(
            "payment-cryptography.dataplane",
            "rds",
            "s3",
            "secretsmanager",
            "securityhub",
            "sns",
            "sqs",
            "ssm",
        ),
        *("ssm-contacts", "ssm-incidents", "ssmmessages", "states", "sts", "xray"),
    }
)

_NOT_IN_GOVCLOUD = frozenset(
    {
        *("auditmanager", "codeartifact.api", "codeartifact.repositories", "macie2"),
        *("payment-cryptography.controlplane", "payment-cryptography.dataplane", "ssm-contacts", "ssm-incidents"),
    }
)

# Ids of zones, from "VPC and subnet requirements" of the EKS user guide.
_WITHOUT_EKS: Mapping[str, frozenset[str]] = {
    "us-east-1": frozenset({"use1-az3"}),
    "us-west-1": frozenset({"usw1-az2"}),
    "ca-central-1": frozenset({"cac1-az3"}),
}

# ARNs of these carry no region; those of S3 buckets no account either.
_REGIONLESS = frozenset({"iam", "s3", "route53", "organizations", "cloudfront"})


def _region(name: str, partition: Partition, letters: str, lacks: frozenset[str] = frozenset()) -> Region:
    return Region(
        name=name,
        partition=partition,
        zones=tuple(name + letter for letter in letters),
        lacks=lacks,
        without_eks=_WITHOUT_EKS.get(name, frozenset()),
    )


REGIONS: Mapping[str, Region] = MappingProxyType(
    {
        region.name: region
        for region in (
            _region("us-east-1", COMMERCIAL, "abcdef"),
            _region("us-east-2", COMMERCIAL, "abc"),
            _region("us-west-2", COMMERCIAL, "abcd"),
            _region("eu-central-1", COMMERCIAL, "abc"),
            _region("eu-west-1", COMMERCIAL, "abc"),
            _region("us-gov-west-1", GOVCLOUD, "abc", _NOT_IN_GOVCLOUD),
            _region("us-gov-east-1", GOVCLOUD, "abc", _NOT_IN_GOVCLOUD),
        )
    }
)


def region_of(name: str) -> Region:
    """The facts of a region; ValueError names the regions that are known."""
    try:
        return REGIONS[name]
    except KeyError:
        raise ValueError(f"{name} is no region known here; use one of {', '.join(REGIONS)}") from None


def partition_of(region: str) -> Partition:
    """The partition that a region belongs to."""
    return region_of(region).partition


def arn(service: str, region: str, account: str, resource: str) -> str:
    """An ARN in the partition of `region`, with region and account left out where the service's ARNs have none."""
    place = "" if service in _REGIONLESS else region
    owner = "" if service == "s3" else account
    return f"arn:{partition_of(region).name}:{service}:{place}:{owner}:{resource}"


def global_arn(service: str, region: str, account: str, resource: str) -> str:
    """An ARN without region in the partition of `region`, of what spans several, such as a global database."""
    return f"arn:{partition_of(region).name}:{service}::{account}:{resource}"


def managed_policy(name: str, region: str) -> str:
    """The ARN of a policy that AWS itself maintains; `name` may carry a path, such as service-role/X."""
    return arn("iam", region, "aws", f"policy/{name}")


def host(service: str, region: str) -> str:
    """The regional host name of a service, such as sts in us-gov-west-1."""
    return f"{service}.{region}.{partition_of(region).dns_suffix}"


def endpoint_service(service: str, region: str) -> str:
    """The PrivateLink name of a service; ValueError if the region does not offer it."""
    facts = region_of(region)
    if service in facts.lacks or service not in ENDPOINT_SERVICES:
        raise ValueError(f"{region} has no endpoint service {service}; leave it out or use another region")
    return f"com.amazonaws.{region}.{service}"


def service_principal(service: str, region: str | None = None) -> str:
    """The principal of an AWS service, the same in every partition; CloudWatch Logs has one for each region."""
    return ".".join(filter(None, (service, region, COMMERCIAL.dns_suffix)))
