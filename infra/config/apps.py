"""The application stacks of a region: the cloud side; sizes belong to the overlays in gitops/, within limits (C-28)."""

from collections.abc import Iterator
from datetime import date

from pydantic import Field

from infra.config.errors import Problem
from infra.config.quota import QuotaConfig
from infra.config.section import Section
from infra.config.types import DnsLabel, GitPath

# Namespaces of the cluster and the platform, in which no application may live.
TAKEN = frozenset(
    {
        *("argocd", "cert-manager", "default", "failover", "falco", "istio-cni", "istio-ingress"),
        *("istio-system", "kube-public", "kube-system"),
    }
)


class StandbyConfig(Section):
    """Least replicas in a region that stands by; the overlays of both regions say the same (BDR-14)."""

    warm: int = Field(ge=0)
    full: int = Field(ge=1)
    """While it carries the load: what the primary has."""

    def problems(self, today: date) -> Iterator[Problem]:
        """A failover makes room."""
        if self.full < self.warm:
            rule = f"is less than warm {self.warm}, and a failover must not shrink a standby; raise it"
            yield Problem(("full",), rule)


class AppConfig(Section):
    """An application in a namespace that Pulumi owns and Argo CD does not create (C-35)."""

    namespace: DnsLabel
    overlay: GitPath
    """The folder in gitops/overlays whose values the application takes."""
    quota: QuotaConfig = QuotaConfig()
    """What its namespace may take, whatever the overlay says."""
    standby: StandbyConfig | None = None
    """Its sizes where the region stands by."""

    def problems(self, today: date) -> Iterator[Problem]:
        """The namespace is the application's own, and has room for a failover."""
        if self.standby and self.standby.full > self.quota.pods:
            rule = f"is more than quota.pods {self.quota.pods}, so that a failover would stop there; raise quota.pods"
            yield Problem(("standby", "full"), rule)
        if self.namespace in TAKEN or self.namespace.startswith("kube-"):
            yield Problem(("namespace",), "belongs to the cluster or the platform; give the application one of its own")


class PaymentConfig(AppConfig):
    """The payment service."""

    namespace: DnsLabel = "payment-service"


class AppsConfig(Section):
    """Which applications the region carries; one that is absent is not deployed."""

    payment: PaymentConfig | None = None
