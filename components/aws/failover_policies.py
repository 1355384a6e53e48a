"""What a failover controller may do, and what the guard of the primary region may: these resources alone (IAM-02)."""

from collections.abc import Sequence
from dataclasses import dataclass

from components.aws.partitions import host
from components.aws.place import Place
from components.aws.policies import allow, document

ROW = [f"dynamodb:{each}" for each in ("GetItem", "Query", "UpdateItem", "PutItem", "ConditionCheckItem")]


@dataclass(frozen=True, kw_only=True)
class Reach:
    """ARNs of what a controller uses; `databases` are the members of the global one, `database` is its own region's.

    `metrics` is the namespace that it publishes in.
    """

    table: str
    topic: str
    key: str
    global_database: str
    database: str
    databases: Sequence[str]
    node_groups: Sequence[str]
    secrets: Sequence[str]
    metrics: str


def controller_policy(place: Place, reach: Reach) -> str:
    """Its row, a promotion, larger node groups, its heartbeat and its messages; nothing of IAM or Route 53."""
    members = [reach.global_database, *reach.databases]
    secrets = [allow(["secretsmanager:GetSecretValue"], list(reach.secrets))] if reach.secrets else []
    through = [host(service, place.region) for service in ("dynamodb", "secretsmanager", "sns")]
    return document(
        allow(ROW, reach.table),
        allow(["rds:DescribeGlobalClusters"], reach.global_database),
        allow(["rds:DescribeDBClusters"], reach.database),
        allow(["rds:FailoverGlobalCluster", "rds:SwitchoverGlobalCluster"], members),
        allow(["eks:DescribeNodegroup", "eks:UpdateNodegroupConfig"], list(reach.node_groups)),
        allow(["cloudwatch:PutMetricData"], "*", {"StringEquals": {"cloudwatch:namespace": reach.metrics}}),
        allow(["cloudwatch:GetMetricStatistics"], "*"),
        allow(["sns:Publish"], reach.topic),
        *secrets,
        allow(["kms:Decrypt", "kms:GenerateDataKey"], reach.key, {"StringEquals": {"kms:ViaService": through}}),
    )


def guard_policy(there: Place, table: str, key_alias: str) -> str:
    """Reads one table across the border; its key is known by its alias, for its id is another stack's."""
    through = {
        "StringEquals": {"kms:ViaService": host("dynamodb", there.region)},
        "ForAnyValue:StringEquals": {"kms:ResourceAliases": key_alias},
    }
    return document(
        allow(["dynamodb:GetItem"], there.arn("dynamodb", f"table/{table}")),
        allow(["kms:Decrypt"], there.arn("kms", "key/*"), through),
    )
