"""What a workload may do in a managed store: connect as its own user, and nothing as anybody else (IAM-02)."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import pulumi

from components.aws.place import Place
from components.aws.policies import Statement, allow

_TOPIC_ACTIONS = ("DescribeTopic", "ReadData", "WriteData")
_GROUP_ACTIONS = ("AlterGroup", "DescribeGroup")


@dataclass(frozen=True, kw_only=True)
class StoreAccess:
    """What a workload is told of its store over the bridge, and the statements that let it in."""

    bridge: Mapping[str, pulumi.Input[str]]
    statements: pulumi.Input[Sequence[Statement]] = field(default_factory=list)


def database_statements(place: Place, resource_id: str, user: str) -> list[Statement]:
    """RDS knows a cluster by an id that outlives its name."""
    return [allow(["rds-db:connect"], place.arn("rds-db", f"dbuser:{resource_id}/{user}"))]


def cache_statements(arn: str, user_arn: str) -> list[Statement]:
    """ElastiCache asks for both: which cache, and as whom."""
    return [allow(["elasticache:Connect"], [arn, user_arn])]


def streaming_statements(arn: str, prefix: str) -> list[Statement]:
    """Topics and consumer groups that begin with `prefix`; nobody makes, changes or deletes a topic by these."""

    def below(sort: str) -> str:
        return f"{arn.replace(':cluster/', f':{sort}/', 1)}/{prefix}*"

    return [
        allow(["kafka-cluster:Connect"], arn),
        allow([f"kafka-cluster:{action}" for action in _TOPIC_ACTIONS], below("topic")),
        allow([f"kafka-cluster:{action}" for action in _GROUP_ACTIONS], below("group")),
    ]
