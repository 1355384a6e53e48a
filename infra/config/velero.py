"""What Velero copies of a cluster, and when (BDR-04, BDR-07)."""

from collections.abc import Iterator, Mapping
from datetime import date

from pydantic import Field

from infra.config.errors import Problem
from infra.config.recovery import CronSchedule
from infra.config.section import Section
from infra.config.types import DnsLabel, KubernetesResource

EVERY_NAMESPACE = ()


class VeleroScheduleConfig(Section):
    """Backups at the times of a schedule, each kept for so many days."""

    schedule: CronSchedule
    namespaces: tuple[DnsLabel, ...] = EVERY_NAMESPACE
    """All of them unless named."""
    excluded_resources: tuple[KubernetesResource, ...] = ("events",)
    labelled: bool = False
    """Whether only what carries the label backup.velero.io/include: "true" is copied."""
    volumes: bool = True
    """Whether claims are snapshotted too."""
    keep_days: int = Field(default=30, ge=1)

    def problems(self, today: date) -> Iterator[Problem]:
        """Velero reads the five fields of Unix."""
        if self.schedule.startswith("cron("):
            rule = 'is a schedule of AWS, and Velero reads those of Unix; write it as "0 2 * * *"'
            yield Problem(("schedule",), rule, quoted=False)


# Pods and events are not restored: controllers make them anew, and claims go by snapshot.
PAYMENT_DAILY = VeleroScheduleConfig(
    schedule="0 2 * * *",
    namespaces=("payment-service",),
    excluded_resources=("events", "pods"),
    labelled=True,
    keep_days=30,
)
CLUSTER_HOURLY = VeleroScheduleConfig(schedule="0 * * * *", volumes=False, keep_days=7)


class VeleroConfig(Section):
    """Velero with a bucket of its own."""

    schedules: Mapping[DnsLabel, VeleroScheduleConfig] = Field(
        default={"payment-service-daily": PAYMENT_DAILY, "cluster-hourly": CLUSTER_HOURLY}, min_length=1
    )
    old_versions_days: int = Field(default=30, ge=1)
    """For how long what Velero deleted can still be had back."""

    def copies_all(self, schedule: str, keep_days: int) -> bool:
        """Whether every volume of the cluster is snapshotted at these times, and kept for so long at least."""
        return any(
            each.volumes and not each.labelled and each.namespaces == EVERY_NAMESPACE and each.keep_days >= keep_days
            for each in self.schedules.values()
            if each.schedule == schedule
        )
