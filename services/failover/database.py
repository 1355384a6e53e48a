"""The Aurora global database, through the recovery region's own API."""

from datetime import UTC, datetime
from typing import Any

from botocore.exceptions import ClientError

from services.failover.clients import Clients
from services.failover.errors import NotYetError
from services.failover.spec import Wiring


class GlobalDatabase:
    """Two clusters of which one writes. A promotion that has happened, or goes on, is never asked for again."""

    def __init__(self, clients: Clients, wiring: Wiring) -> None:
        self._rds, self._cloudwatch, self._wiring = clients.rds, clients.cloudwatch, wiring

    def writers(self) -> set[str]:
        """ARNs of the clusters that write: one, or none while it moves."""
        return _writers(self._read())

    def promote(self, target: str) -> None:
        """Make `target` the writer at the cost of what it has not received; NotYetError until it is.

        Aurora itself stops writes to the old primary's storage as soon as it can reach it.
        """
        self._move(target, self._rds.failover_global_cluster, AllowDataLoss=True)

    def switch_over(self, target: str) -> None:
        """Make `target` the writer without loss, while both regions live; NotYetError until it is."""
        self._move(target, self._rds.switchover_global_cluster)

    def lag(self, cluster: str, since: datetime, now: datetime) -> float | None:
        """Seconds by which the cluster was behind when that was last measured after `since`; None if it was not."""
        name = cluster.rpartition(":")[2]
        points = self._cloudwatch.get_metric_statistics(
            Namespace="AWS/RDS",
            MetricName="AuroraGlobalDBReplicationLag",
            Dimensions=[{"Name": "DBClusterIdentifier", "Value": name}],
            StartTime=since,
            EndTime=now,
            Period=60,
            Statistics=["Maximum"],
        )["Datapoints"]
        latest = max(points, key=lambda point: point["Timestamp"], default=None)
        return None if latest is None else float(latest["Maximum"]) / 1000

    def healthy(self, cluster: str) -> bool:
        """Whether the cluster of this region is available."""
        name = cluster.rpartition(":")[2]
        found = self._rds.describe_db_clusters(DBClusterIdentifier=name)["DBClusters"]
        return bool(found) and found[0]["Status"] == "available"

    def connected(self, cluster: str) -> bool:
        """Whether the cluster follows the writer, as the global database has it."""
        members = self._read()["GlobalClusterMembers"]
        return any(m["DBClusterArn"] == cluster and m.get("SynchronizationStatus") == "connected" for m in members)

    def _move(self, target: str, call: Any, **more: Any) -> None:
        current = self._read()
        if current["Status"] == "available" and "FailoverState" not in current:
            if _writers(current) == {target}:
                return
            try:
                call(GlobalClusterIdentifier=self._wiring.global_cluster, TargetDbClusterIdentifier=target, **more)
            except ClientError as error:
                if error.response["Error"]["Code"] != "InvalidGlobalClusterStateFault":
                    raise
        raise NotYetError(f"{target} is becoming the writer")

    def _read(self) -> dict[str, Any]:
        name = self._wiring.global_cluster
        found = self._rds.describe_global_clusters(GlobalClusterIdentifier=name)["GlobalClusters"]
        return dict(next(each for each in found if each["GlobalClusterIdentifier"] == name))


def _writers(cluster: dict[str, Any]) -> set[str]:
    return {each["DBClusterArn"] for each in cluster["GlobalClusterMembers"] if each["IsWriter"]}


def instant(seconds: float) -> datetime:
    """A moment of the controller's clock, as AWS takes it."""
    return datetime.fromtimestamp(seconds, UTC)
