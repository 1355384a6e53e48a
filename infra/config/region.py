"""A region stack: one network, one cluster and what runs on it."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from difflib import get_close_matches
from typing import Literal

from components.aws.partitions import ENDPOINT_SERVICES, host, region_of
from components.aws.place import Place
from infra.config import (
    audit,
    backup,
    border,
    ingress,
    node_schedules,
    pairs,
    production,
    standby,
    ways_out,
)
from infra.config.apps import AppsConfig
from infra.config.backup import VaultsConfig
from infra.config.base import Stack
from infra.config.cluster import ClusterConfig
from infra.config.data import DataConfig
from infra.config.errors import Problem
from infra.config.ingress import IngressConfig
from infra.config.network import WAY_IN_ENDPOINTS, NetworkConfig
from infra.config.pair import Pair
from infra.config.platform import GitopsConfig, PlatformConfig
from infra.config.recovery import RecoveryConfig
from infra.config.types import AccountId, ImageMirror


class RegionStack(Stack):
    """One region of one environment."""

    kind: Literal["region"]
    network: NetworkConfig
    cluster: ClusterConfig
    gitops: GitopsConfig
    platform: PlatformConfig = PlatformConfig()
    apps: AppsConfig = AppsConfig()
    data: DataConfig | None = None
    """Managed data stores; without, applications have theirs in the cluster, which is for development (DATA-02)."""
    recovery: RecoveryConfig | None = None
    """What the region promises; a region that promises nothing has none."""
    backup: VaultsConfig | None = None
    """Where the copies that recovery orders are kept."""
    ingress: IngressConfig | None = None
    """How the outside reaches the applications; without, the mesh's gateway has a network load balancer and no name."""
    registry_account: AccountId | None = None
    """The account whose registry images come from, replicated to this region; the stack's own unless stated."""
    account_roles: bool = True
    """Whether the roles that AWS services have once in an account are this stack's; in a second region of it, or where
    the account has them already, say false."""
    image_mirror: ImageMirror | None = None
    """The registry that holds copies of public images, each below the name of the registry it came from."""

    @property
    def cluster_name(self) -> str:
        """The physical name of the cluster."""
        return self.cluster.name or self.name

    @property
    def argocd_domain(self) -> str:
        """The host of Argo CD."""
        return self.platform.argocd.domain or f"argocd.{self.domain}"

    @property
    def counterpart(self) -> Place | None:
        """Where the other stack of the pair is; None for a region that recovers by itself."""
        peer = self.recovery.peer if self.recovery else None
        return Place(account=self.account, region=peer) if peer else None

    @property
    def stands_by(self) -> bool:
        """Whether another region carries the load on a calm day."""
        return self.recovery is not None and self.recovery.role == "standby"

    @property
    def watched(self) -> Sequence[str]:
        """With its backups, and with a database that follows another."""
        found = [*super().watched, *(["backup"] if self.backup else [])]
        if self.stands_by and self.recovery and self.data and self.data.database:
            found.append(f"data.database, which follows {self.recovery.peer}")
        return found

    @property
    def pair(self) -> Pair | None:
        """The two regions between which an application moves; None where nothing does."""
        recovery, payment = self.recovery, self.apps.payment
        if recovery is None or recovery.failover is None or recovery.peer is None or payment is None:
            return None
        waits = self.stands_by
        return Pair(
            account=self.account,
            application=self.application,
            namespace=payment.namespace,
            primary_region=recovery.peer if waits else self.region,
            recovery_region=self.region if waits else recovery.peer,
            waits=waits,
            recovery=recovery,
            failover=recovery.failover,
        )

    @property
    def ways_out(self) -> Mapping[str, Sequence[int]]:
        """The ports by which some pods leave the network where the others may not; by what they belong to (NET-12)."""
        return ways_out.of(self)

    @property
    def failover_name(self) -> str:
        """What both regions of a pair call the controller's table and topic, and begin its alarms' names with."""
        return f"{self.application}-failover"

    @property
    def failover_alarm(self) -> str:
        """The alarm on the controller's switch, in the recovery region; the failover record watches it (C-32)."""
        return f"{self.failover_name}-active"

    @property
    def edge_name(self) -> str:
        """What the load balancer before the mesh is named by, so that another region of the account finds it."""
        return f"{self.application}-edge"

    def problems(self, today: date) -> Iterator[Problem]:
        """What only shows when the sections are seen together."""
        yield from super().problems(today)
        yield from self._zones()
        yield from self._endpoints()
        yield from self._images()
        yield from border.problems(self)
        yield from ways_out.problems(self)
        yield from self._spot()
        yield from node_schedules.problems(self)
        if self.cluster.service_cidr.overlaps(self.network.cidr):
            rule = f"overlaps the network {self.network.cidr}; choose a private range outside it"
            yield Problem(("cluster", "service_cidr"), rule)
        yield from pairs.problems(self)
        yield from standby.problems(self)
        yield from backup.problems(self)
        yield from audit.copy_problems(self)
        yield from ingress.problems(self)
        if self.production:
            yield from production.problems(self)

    def _zones(self) -> Iterator[Problem]:
        offered = region_of(self.region).zones
        for position, zone in enumerate(self.network.zones):
            if zone not in offered:
                rule = f"is no zone of {self.region}; choose from {', '.join(offered)}"
                yield Problem(("network", "zones", position), rule)
        for name, group in self.cluster.node_groups.items():
            for position, zone in enumerate(group.zones):
                if zone not in self.network.zones:
                    rule = f"is no zone of the network; choose from {', '.join(self.network.zones)}"
                    yield Problem(("cluster", "node_groups", name, "zones", position), rule)

    def _endpoints(self) -> Iterator[Problem]:
        lacks = region_of(self.region).lacks
        for position, service in enumerate(self.network.endpoints):
            at = ("network", "endpoints", position)
            if service not in ENDPOINT_SERVICES:
                close = get_close_matches(service, ENDPOINT_SERVICES, n=1)
                yield Problem(at, f"is no endpoint service; {f'write {close[0]}' if close else 'remove it'}")
            elif service in lacks:
                yield Problem(
                    at, f"is not offered in {self.region}; remove it, or place what needs it in another region"
                )
        needed = WAY_IN_ENDPOINTS if self.cluster.way_in == "session_manager" else ()
        if missing := [service for service in needed if service not in self.network.endpoints]:
            rule = f"leads through endpoints only, and lacks {', '.join(missing)}; add these to network.endpoints"
            yield Problem(("cluster", "way_in"), rule)

    def _images(self) -> Iterator[Problem]:
        """Without a way out, images come from a registry that the network reaches."""
        own = f"dkr.{host('ecr', self.region)}"
        if self.network.pod_egress == "open":
            return
        if self.image_mirror is None:
            rule = (
                "is missing, and pod_egress: vpc_endpoints leaves no way to the public registries; name a registry "
                f"with copies of their images, such as {self.registry_account or self.account}.{own}"
            )
            yield Problem(("image_mirror",), rule)
        elif ".dkr.ecr." in self.image_mirror and own not in self.image_mirror:
            rule = f"lies in another region, to which no endpoint leads; use the registry of {self.region}"
            yield Problem(("image_mirror",), rule)

    def _spot(self) -> Iterator[Problem]:
        """Spot nodes may serve beside PCI workloads, never under them (C-27)."""
        for name, group in self.cluster.node_groups.items():
            if not self.pci or group.capacity != "spot":
                continue
            at = ("cluster", "node_groups", name, "capacity")
            if group.carries_pci:
                yield Problem(
                    at, "can be reclaimed under PCI workloads; set on_demand, or drop the label compliance: pci-dss"
                )
            elif not group.keeps_others_off:
                yield Problem(
                    at, "can be reclaimed under PCI workloads that stray here; set on_demand, or add a NoSchedule taint"
                )
