"""The managed data stores of a region, as ordered in the stack file."""

from collections.abc import Iterator
from datetime import date
from typing import Literal

from pydantic import Field

from infra.config.errors import Problem
from infra.config.section import Section
from infra.config.types import CacheNodeType, DatabaseInstanceClass, InstanceType, PostgresVersion, RetentionDays

NEWEST_BACKUP_DAYS = 35  # what Aurora keeps for point-in-time recovery, at most
LEAST_PRODUCTION_BACKUP_DAYS = 30


class DatabaseConfig(Section):
    """Aurora PostgreSQL; in a pair of regions it is a member of a global database (DATA-01, DATA-03)."""

    version: PostgresVersion = "16.11"
    instance_class: DatabaseInstanceClass = "db.r7g.large"
    instances: int = Field(default=2, ge=1, le=15)
    backup_retention_days: int = Field(default=NEWEST_BACKUP_DAYS, ge=1, le=NEWEST_BACKUP_DAYS)
    """How far back a point in time can be restored; what must last longer is the backup plan's."""


class CacheConfig(Section):
    """ElastiCache for Redis: TLS, encrypted, with IAM users instead of passwords."""

    version: Literal["7.1"] = "7.1"
    node_type: CacheNodeType = "cache.r7g.large"
    nodes: int = Field(default=2, ge=1, le=6)
    snapshot_retention_days: int = Field(default=7, ge=0, le=35)


class StreamingConfig(Section):
    """Amazon MSK: TLS and IAM only; a broker in each zone of the network, or a multiple of that."""

    version: Literal["3.8.x", "3.9.x"] = "3.9.x"
    instance_type: InstanceType = "kafka.m7g.large"
    brokers_per_zone: int = Field(default=1, ge=1, le=10)
    volume_gb: int = Field(default=100, ge=1, le=16384)
    log_retention_days: RetentionDays = 365


class DataConfig(Section):
    """Which managed stores the region has; one that is absent is not deployed, and dev has its own in the cluster."""

    database: DatabaseConfig | None = None
    cache: CacheConfig | None = None
    streaming: StreamingConfig | None = None

    def production_problems(self) -> Iterator[Problem]:
        """What production's stores must have: a second instance, and a month of points in time."""
        if self.database and self.database.instances < 2:
            yield Problem(("database", "instances"), "leaves nobody to take over when it fails; give 2 or more")
        if self.database and self.database.backup_retention_days < LEAST_PRODUCTION_BACKUP_DAYS:
            rule = f"reaches back too little for production; give {LEAST_PRODUCTION_BACKUP_DAYS} or more"
            yield Problem(("database", "backup_retention_days"), rule)
        if self.cache and self.cache.nodes < 2:
            yield Problem(("cache", "nodes"), "leaves nobody to take over when it fails; give 2 or more")

    def problems(self, today: date) -> Iterator[Problem]:
        """A group of settings that orders nothing is a mistake."""
        if not (self.database or self.cache or self.streaming):
            yield Problem((), "orders nothing; name database, cache or streaming, or leave data out")
