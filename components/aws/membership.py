"""A place in a global database, and who hears when its reader falls behind (C-03)."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import pulumi

from components.aws.alarm import Alarm, watch

MINUTE_SECONDS = 60  # how often Aurora measures the lag
BEHIND_MINUTES = 3  # shorter than a failover's usual delay: somebody hears before one is held back


@dataclass(frozen=True, kw_only=True)
class Membership:
    """A place in the global database `name`: its writer, which makes it, or a reader that follows from afar.

    `max_lag_seconds` is how far that one may be behind before somebody hears.
    """

    role: Literal["writer", "reader"]
    name: str
    max_lag_seconds: int


def watch_lag(
    name: str, cluster: str, most_seconds: int, topics: Sequence[pulumi.Input[str]], child: pulumi.ResourceOptions
) -> None:
    """A lag that is unknown holds a failover back as a high one does. The metric is the reader's own, in milliseconds.

    A reader that was promoted follows nobody, and the alarm stands until it does again.
    """
    alarm = Alarm(
        named=f"{cluster}-lag",
        description=f"{cluster} is more than {most_seconds} s behind, or nobody knows; no failover happens by itself",
        namespace="AWS/RDS",
        metric_name="AuroraGlobalDBReplicationLag",
        dimensions={"DBClusterIdentifier": cluster},
        statistic="Maximum",
        when=">",
        threshold=most_seconds * 1000,
        period=MINUTE_SECONDS,
        periods=BEHIND_MINUTES,
        treat_missing_data="breaching",
        end_too=True,
    )
    watch(f"{name}-lag", alarm, topics, child)
