"""Aurora global databases beyond moto: failover and switchover, with real databases behind where some are."""

import logging
import threading
from collections.abc import Callable
from typing import Any, Protocol

from moto.core.responses import ActionResult
from moto.rds.exceptions import (
    DBClusterNotFoundError,
    InvalidGlobalClusterStateFault,
    InvalidParameterCombination,
)
from moto.rds.models import GlobalCluster
from moto.rds.responses import RDSResponse

from sandbox.cloud.rds import known


class Databases(Protocol):
    """Real databases behind clusters, by the clusters' ARNs."""

    def move(self, source: str, target: str, planned: bool) -> None:
        """Make `target` write: after `source` has handed over all if `planned`, else at once with what it has."""

    def follows(self, arn: str) -> bool:
        """Whether the database receives what the writer writes."""


log = logging.getLogger("laptop")


def nothing(arn: str) -> Databases | None:
    """No database is real."""
    return None


behind: Callable[[str], Databases | None] = nothing
"""The real databases behind a cluster, by its ARN; where there are none, a move is done as soon as it is asked for."""

_members: Any = vars(GlobalCluster)["global_cluster_members"].fget


def _members_with_state(self: GlobalCluster) -> list[dict[str, Any]]:
    members: list[dict[str, Any]] = _members(self)
    for member in members:
        arn = member["DBClusterArn"]
        real = None if member["IsWriter"] else behind(arn)
        member["SynchronizationStatus"] = "connected" if real is None or real.follows(arn) else "pending-resync"
    return members


def _move(response: RDSResponse, planned: bool) -> ActionResult:
    """Answer at once; the cluster is `failing-over` or `switching-over` until the target writes."""
    asked, target = response.params["GlobalClusterIdentifier"], response.params["TargetDbClusterIdentifier"]
    cluster = known(response.global_backend.global_clusters, asked)
    if target not in {member.db_cluster_arn for member in cluster.members}:
        raise DBClusterNotFoundError(target)
    source = next((member.db_cluster_arn for member in cluster.members if member.is_writer), "")
    if cluster.status != "available" or source == target:
        raise InvalidGlobalClusterStateFault(cluster.global_cluster_arn)
    cluster.status = "switching-over" if planned else "failing-over"
    cluster.failover_state = {
        "Status": "failing-over",
        "FromDbClusterArn": source,
        "ToDbClusterArn": target,
        "IsDataLossAllowed": not planned,
    }
    answer = ActionResult({"GlobalCluster": cluster})
    real = behind(target)
    if real is None:
        _settle(cluster, target)
    else:
        threading.Thread(target=lambda: _through(real, cluster, source, target, planned), daemon=True).start()
    return answer


def _through(real: Databases, cluster: Any, source: str, target: str, planned: bool) -> None:
    """Move the real databases; a move that fails leaves the writer where it was, as the log of the server says."""
    writer = source
    try:
        real.move(source, target, planned)
        writer = target
    except Exception:
        log.exception("%s could not be made the writer", target)
    finally:
        _settle(cluster, writer)


def _settle(cluster: Any, writer: str) -> None:
    for member in cluster.members:
        member.is_writer = member.db_cluster_arn == writer
    cluster.status, cluster.failover_state = "available", None


def _fail_over(self: RDSResponse) -> ActionResult:
    lossy, planned = self.params.get("AllowDataLoss") or False, self.params.get("Switchover") or False
    if lossy and planned:
        raise InvalidParameterCombination("AllowDataLoss and Switchover exclude each other")
    return _move(self, planned=not lossy)


def install() -> None:
    """Add to moto what it lacks."""
    cluster: Any = GlobalCluster
    cluster.global_cluster_members = property(_members_with_state)
    cluster.failover_state = None
    responses: Any = RDSResponse
    responses.failover_global_cluster = _fail_over
    responses.switchover_global_cluster = lambda self: _move(self, planned=True)


GAPS = {
    "Aurora global databases": "failover and switchover move the writer at once, or as fast as the PostgreSQL pair of "
    "the drill does; there is no storage to fence",
}
