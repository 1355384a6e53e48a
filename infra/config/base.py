"""What every stack file says: who owns the stack, where it lives and what binds it."""

from collections.abc import Iterator, Sequence
from datetime import date
from typing import Any, Literal

from pydantic import Field

from components.aws.partitions import partition_of
from components.aws.place import Place
from infra.config import alerts, audit, budget, guardrails, literals, thresholds
from infra.config.alerts import AlertsConfig
from infra.config.audit import EVIDENCE, AuditConfig
from infra.config.budget import BudgetConfig
from infra.config.errors import Problem
from infra.config.guardrails import GuardrailsConfig
from infra.config.network import KeysConfig
from infra.config.policies import Approval, PoliciesConfig
from infra.config.promotion import PromotionConfig
from infra.config.section import Section, repeated
from infra.config.types import (
    AccountId,
    Application,
    Domain,
    Environment,
    Framework,
    PartitionName,
    RegionName,
    TagValue,
)

DataClass = Literal["synthetic", "anonymized_production", "production"]
TAG_SEPARATOR = "+"  # IAM and RDS refuse the comma that the requirement's example has


def _partition(settings: dict[str, Any]) -> str:
    return partition_of(settings["region"]).name


def _data_class(settings: dict[str, Any]) -> DataClass:
    return "production" if settings["production"] else "synthetic"


class Stack(Section):
    """One account in one region of one partition."""

    environment: Environment
    application: Application
    account: AccountId
    region: RegionName
    partition: PartitionName = Field(default_factory=_partition)
    """Follows from the region; whoever states it has it checked."""
    cost_center: TagValue
    compliance: tuple[Framework, ...] = ()
    production: bool = True
    """Whether the rules for production hold; explicit, because dr and eu are production too."""
    data_class: DataClass = Field(default_factory=_data_class)
    """What its data is made of (DATA-06); follows from `production` unless stated."""
    domain: Domain
    budget: BudgetConfig | None = None
    """Required where accounts are billed by themselves, which is not in GovCloud (COST-03)."""
    keys: KeysConfig = KeysConfig()
    guardrails: GuardrailsConfig | None = None
    """What watches over the account, where this stack sets it up."""
    audit: AuditConfig | None = None
    """The trail and the evidence of the account, where this stack keeps them."""
    alerts: AlertsConfig | None = None
    """Who hears of what fails, of what is found, and of gaps in the trail."""
    policies: PoliciesConfig = PoliciesConfig()
    approvals: tuple[Approval, ...] = ()
    """Changes that may destroy data, and who answers for each."""
    promotion: PromotionConfig = PromotionConfig()

    @property
    def name(self) -> str:
        """The prefix of every physical name (PLT-04)."""
        return f"{self.environment}-{self.application}"

    @property
    def place(self) -> Place:
        """Where it is; no two stacks share a place."""
        return Place(account=self.account, region=self.region)

    @property
    def pci(self) -> bool:
        """Whether cardholder data may be here."""
        return "pci-dss" in self.compliance

    @property
    def stands_by(self) -> bool:
        """Whether another region carries the load on a calm day."""
        return False

    @property
    def evidence_bucket(self) -> str | None:
        """The locked bucket in which pipelines leave evidence (CMP-11); None where the stack keeps none."""
        kept = self.audit is not None and EVIDENCE in self.audit.retention_days
        return f"{self.name}-{self.account}-{EVIDENCE}" if kept else None

    @property
    def watched(self) -> Sequence[str]:
        """What somebody must be told of when it fails, or finds something."""
        return [name for name in ("audit", "guardrails") if getattr(self, name)]

    @property
    def tags(self) -> dict[str, str]:
        """The tags that every resource carries; Name is each resource's own (PLT-04, COST-03)."""
        return {
            "Environment": self.environment,
            "Application": self.application,
            "ManagedBy": "pulumi",
            "Compliance": TAG_SEPARATOR.join(self.compliance) or "none",
            "CostCenter": self.cost_center,
            "DataClass": self.data_class,
        }

    def problems(self, today: date) -> Iterator[Problem]:
        """Partition, production, and nothing in the file that must not be there."""
        actual = partition_of(self.region).name
        if self.partition != actual:
            yield Problem(("partition",), f"is not the partition of {self.region}; write {actual} or leave it out")
        if self.environment == "production" and not self.production:
            yield Problem(("production",), "contradicts environment production; set true or rename the environment")
        if self.production != (self.data_class == "production"):
            rule = (
                "would be real data under rules that are not production's; anonymize it, or set production: true"
                if self.data_class == "production"
                else "is not what production holds; leave it out, or set production: false"
            )
            yield Problem(("data_class",), rule)
        if self.keys.multi_region and not self.production:
            rule = "lets keys leave the region, which only production needs; set false"
            yield Problem(("keys", "multi_region"), rule)
        if self.production and self.keys.deletion_window_days < 30:
            rule = "is too short to notice a mistake in production; set 30"
            yield Problem(("keys", "deletion_window_days"), rule)
        yield from repeated(("compliance",), self.compliance)
        yield from repeated(("approvals",), [f"{each.change} of {each.resource}" for each in self.approvals])
        if self.production and self.policies.advisory:
            rule = "lets production break rules; name the resources in policies.exemptions instead"
            yield Problem(("policies", "advisory"), rule)
        yield from audit.problems(self)
        yield from guardrails.problems(self)
        yield from alerts.problems(self)
        yield from budget.problems(self)
        yield from thresholds.problems(self)
        yield from literals.problems(self.model_dump(), self.account)
