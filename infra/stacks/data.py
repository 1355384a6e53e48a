"""The managed data stores of a region, each as ordered, in the database subnets and open to pods only."""

from dataclasses import dataclass

import pulumi

from components.apps.names import SERVICE
from components.aws.alerts import Alerts
from components.aws.cache import PORT as CACHE_PORT
from components.aws.cache import Cache, CacheArgs
from components.aws.database import PORT as DATABASE_PORT
from components.aws.database import Database, DatabaseArgs
from components.aws.store_access import StoreAccess
from components.aws.streaming import IAM_PORT, Streaming, StreamingArgs
from infra.config import RegionStack
from infra.config.data import CacheConfig, DatabaseConfig, StreamingConfig
from infra.stacks.backup import backup_tags
from infra.stacks.foundation import Foundation
from infra.stacks.membership import membership

CACHE_USERS = (SERVICE,)


@dataclass(frozen=True, kw_only=True)
class Stores:
    """What the region has; None where nothing was ordered."""

    database: Database | None = None
    cache: Cache | None = None
    streaming: Streaming | None = None

    def access(self, user: str) -> list[StoreAccess]:
        """How a workload gets into each store that there is, as that user."""
        return [store.access(user) for store in (self.database, self.cache, self.streaming) if store]

    @property
    def endpoints(self) -> dict[str, pulumi.Output[str]]:
        """Where clients connect, by store."""
        found = {}
        if self.database:
            found["database"] = self.database.endpoint
        if self.cache:
            found["cache"] = self.cache.endpoint
        if self.streaming:
            found["streaming"] = self.streaming.bootstrap_brokers
        return found


def data(stack: RegionStack, base: Foundation, told: Alerts | None, aws: pulumi.ResourceOptions) -> Stores:
    """Declare the stores; a region that orders none has none."""
    order = stack.data
    if order is None:
        return Stores()
    database, cache, streaming = order.database, order.cache, order.streaming
    stores = Stores(
        database=Database("database", database_args(stack, base, told, database), aws) if database else None,
        cache=Cache("cache", cache_args(stack, base, cache), aws) if cache else None,
        streaming=Streaming("streaming", streaming_args(stack, base, streaming), aws) if streaming else None,
    )
    for what, port, store in (
        ("database", DATABASE_PORT, stores.database),
        ("cache", CACHE_PORT, stores.cache),
        ("streaming", IAM_PORT, stores.streaming),
    ):
        if store:
            base.pods.reach(what, port, store.security_group_id)
    return stores


def copies(stack: RegionStack, base: Foundation) -> dict[str, pulumi.Output[str]]:
    """Where the administrator's secret is kept too: in the peer, under the key that prod keeps there."""
    replica = stack.keys.replica_region
    return {replica: base.keys.replica_arns["secrets"]} if replica else {}


def database_args(stack: RegionStack, base: Foundation, told: Alerts | None, order: DatabaseConfig) -> DatabaseArgs:
    """The database as ordered."""
    return DatabaseArgs(
        prefix=stack.name,
        place=base.place,
        vpc_id=base.network.vpc_id,
        subnet_ids=base.network.subnet_ids["database"],
        clients={"pods": base.pods.security_group_id},
        key_arn=base.keys.arns["rds"],
        secrets_key_arn=base.keys.arns["secrets"],
        log_key_arn=base.keys.arns["logs"],
        version=order.version,
        instance_class=order.instance_class,
        instances=order.instances,
        membership=membership(stack),
        alarm_topics=[told.topic_arn] if told else [],
        secret_replicas=copies(stack, base),
        backup_retention_days=order.backup_retention_days,
        tags=backup_tags(stack, "database"),
        protect=stack.production,
    )


def cache_args(stack: RegionStack, base: Foundation, order: CacheConfig) -> CacheArgs:
    """The cache as ordered."""
    return CacheArgs(
        prefix=stack.name,
        place=base.place,
        vpc_id=base.network.vpc_id,
        subnet_ids=base.network.subnet_ids["database"],
        clients={"pods": base.pods.security_group_id},
        key_arn=base.keys.arns["cache"],
        version=order.version,
        node_type=order.node_type,
        nodes=order.nodes,
        users=CACHE_USERS,
        snapshot_retention_days=order.snapshot_retention_days,
        protect=stack.production,
    )


def streaming_args(stack: RegionStack, base: Foundation, order: StreamingConfig) -> StreamingArgs:
    """The brokers as ordered, in every zone of the network."""
    return StreamingArgs(
        prefix=stack.name,
        vpc_id=base.network.vpc_id,
        subnet_ids=base.network.subnet_ids["database"],
        clients={"pods": base.pods.security_group_id},
        key_arn=base.keys.arns["streaming"],
        log_key_arn=base.keys.arns["logs"],
        version=order.version,
        instance_type=order.instance_type,
        brokers_per_zone=order.brokers_per_zone,
        volume_gb=order.volume_gb,
        log_retention_days=order.log_retention_days,
        protect=stack.production,
    )
