"""A global stack: what all regions of a partition share."""

from collections.abc import Iterator, Mapping
from datetime import date
from typing import Literal

from pydantic import Field

from components.aws.partitions import partition_of
from infra.config.audit import EVIDENCE
from infra.config.base import Stack
from infra.config.errors import Problem
from infra.config.evidence import EvidenceConfig
from infra.config.section import Section, repeated
from infra.config.types import AccountId, DnsLabel, Domain, GitHubRepository, GitRef, RegionName, RoleName


class RegistryConfig(Section):
    """One image repository; tags cannot be moved, so that what was signed is what runs (C-22)."""

    immutable_tags: bool = True
    scan_on_push: bool = True
    keep_images: int = Field(default=100, ge=1, le=10000)


class CiConfig(Section):
    """The role that CI takes by OIDC to push images, and who may take it (IAM-03)."""

    role: RoleName = "github-actions-ecr"
    repository: GitHubRepository
    refs: tuple[GitRef, ...] = Field(default=("refs/heads/main",), min_length=1)
    signs: tuple[DnsLabel, ...] = ("images", "releases", "evidence")
    """What is signed, each with a key of its own that nobody but this role can sign with (KMS-07)."""
    evidence: EvidenceConfig | None = None
    """Deployments that sign evidence instead of this role (CMP-11)."""

    def problems(self, today: date) -> Iterator[Problem]:
        """Whoever signs evidence is a role of its own, and has a key for it."""
        if self.evidence and self.evidence.role == self.role:
            yield Problem(("evidence", "role"), "is the role that pushes images; choose another name")
        if self.evidence and EVIDENCE not in self.signs:
            yield Problem(("signs",), f"has no key that evidence is signed with; add {EVIDENCE}, or drop ci.evidence")


class ZoneConfig(Section):
    """A public zone, and the accounts that write records in it."""

    writers: Mapping[AccountId, tuple[Domain, ...]] = Field(default_factory=dict)
    """Account -> the names that are its own, with all below them (DNS-01)."""


MOST_ZONE_CHARACTERS = 41  # its name is part of the names of roles, which have at most 64


class GlobalStack(Stack):
    """Registries, the roles of CI and public zones, in the home region of a partition."""

    kind: Literal["global"]
    registries: Mapping[DnsLabel, RegistryConfig] = Field(min_length=1)
    replication_regions: tuple[RegionName, ...] = ()
    readers: tuple[AccountId, ...] = ()
    """Other accounts, whose clusters pull images."""
    ci: CiConfig
    zones: Mapping[Domain, ZoneConfig] = Field(default_factory=dict)

    def problems(self, today: date) -> Iterator[Problem]:
        """Images stay in the partition, and in production their tags stay put."""
        yield from super().problems(today)
        yield from repeated(("replication_regions",), self.replication_regions)
        yield from repeated(("readers",), self.readers)
        for position, region in enumerate(self.replication_regions):
            at = ("replication_regions", position)
            if region == self.region:
                yield Problem(at, "is where the registry itself is; remove it")
            elif partition_of(region) != partition_of(self.region):
                yield Problem(at, f"lies in another partition than {self.region}; choose a region of the same")
        yield from self._zones()
        for name, registry in self.registries.items() if self.production else ():
            at = ("registries", name)
            if not registry.immutable_tags:
                yield Problem((*at, "immutable_tags"), "lets a signed tag be moved in production; set true")
            if not registry.scan_on_push:
                yield Problem((*at, "scan_on_push"), "lets images into production unseen; set true")

    def _zones(self) -> Iterator[Problem]:
        """Route 53 has public zones in one partition, and a writer's names lie in the zone."""
        for zone, order in self.zones.items():
            if self.partition != "aws":
                rule = f"is public, and Route 53 has no public zones in {self.partition}; keep it in partition aws"
                yield Problem(("zones", zone), rule)
            if len(zone) > MOST_ZONE_CHARACTERS:
                rule = f"names roles that would be too long; choose a zone of at most {MOST_ZONE_CHARACTERS} characters"
                yield Problem(("zones", zone), rule)
            for account, names in order.writers.items():
                for position, name in enumerate(names):
                    if name != zone and not name.endswith(f".{zone}"):
                        rule = f"lies outside the zone {zone}; name a host in it"
                        yield Problem(("zones", zone, "writers", account, position), rule)
