"""What runs on every cluster, as ordered in the stack file."""

from collections.abc import Iterator
from datetime import date
from typing import Literal

from pydantic import Field

from components.platform.falco_rules import RULE_NAMES
from infra.config.errors import Problem
from infra.config.section import Section, repeated
from infra.config.types import (
    DnsLabel,
    Domain,
    GitPath,
    GitRevision,
    GitUrl,
    HostPort,
    HttpUrl,
    Issuer,
    PinnedImage,
    ProcessName,
    SecretName,
    SlackChannel,
)


class GitopsConfig(Section):
    """The repository that Argo CD syncs; a merged pull request is the approval in either mode (C-08)."""

    repository: GitUrl
    revision: GitRevision = "main"
    path: GitPath = "gitops/apps"
    sync_mode: Literal["manual", "automated"] = "manual"


class OidcConfig(Section):
    """Single sign-on; the client's secret is delivered in the cluster, never through here (GIT-04)."""

    issuer: Issuer
    client_id: str = Field(min_length=1, max_length=128)


class ExposureConfig(Section):
    """Argo CD behind a gateway of the Gateway API, with a certificate of cert-manager; the cluster must have both."""

    gateway: DnsLabel
    gateway_namespace: DnsLabel = "istio-ingress"
    cluster_issuer: DnsLabel = "letsencrypt-prod"


class WebhookConfig(Section):
    """The Git host tells Argo CD of a push; both know the secret under the key webhook.{host}.secret (GIT-02)."""

    host: Literal["github", "gitlab", "gogs"]
    secret: SecretName = "argocd-webhook"  # noqa: S105 the name of a Kubernetes Secret


class ArgocdConfig(Section):
    """Argo CD; its host is argocd.{domain of the stack} unless stated."""

    high_availability: bool = True
    domain: Domain | None = None
    oidc: OidcConfig | None = None
    ksops_image: PinnedImage | None = None
    """The mirrored tool that decrypts SOPS files, if Git holds any (GIT-06)."""
    slack_channel: SlackChannel | None = None
    """Where notifications go, without the hash sign (GIT-12)."""
    exposure: ExposureConfig | None = None
    """Where the outside reaches the server; without it by port-forward only (GIT-03)."""
    webhook: WebhookConfig | None = None
    """Who announces a push; without it Git is asked every three minutes."""

    def problems(self, today: date) -> Iterator[Problem]:
        """What the outside can reach asks for a person's own name, and a caller must be able to reach it."""
        if self.exposure and not self.oidc:
            rule = "shows the outside a login with one password for all; order oidc too, or leave the exposure out"
            yield Problem(("exposure",), rule)
        if self.webhook and not self.exposure:
            yield Problem(("webhook",), "cannot be called by anybody; order exposure too, or let Argo CD ask Git")


class IstioConfig(Section):
    """The mesh; strict mutual TLS is no setting."""

    replicas: int = Field(default=2, ge=1)
    max_replicas: int = Field(default=5, ge=1)
    tracing_percent: float = Field(default=10.0, ge=0, le=100)
    tracing_collector: HostPort | None = None
    """The OTLP service that takes traces; without it none are made (OBS-02)."""

    def problems(self, today: date) -> Iterator[Problem]:
        """The control plane starts within its own bounds."""
        if self.replicas > self.max_replicas:
            yield Problem(("replicas",), f"is above max_replicas {self.max_replicas}; lower it or raise max_replicas")


class FalcoExceptionConfig(Section):
    """A process that may do in its namespace what a rule watches for (RUN-04)."""

    rule: str
    namespace: DnsLabel
    process: ProcessName

    def problems(self, today: date) -> Iterator[Problem]:
        """A rule that nobody watches by needs no exception."""
        if self.rule not in RULE_NAMES:
            yield Problem(("rule",), f"is no rule of ours; choose {' or '.join(RULE_NAMES)}")


class FalcoConfig(Section):
    """Runtime security; `outputs_secret` is the name of the Kubernetes Secret with the receivers' keys (RUN-04)."""

    outputs_secret: SecretName | None = None
    loki_url: HttpUrl | None = None
    """Where alerts are kept beside chat and pager."""
    exceptions: tuple[FalcoExceptionConfig, ...] = ()
    sidekick_replicas: int = Field(default=2, ge=1)

    def problems(self, today: date) -> Iterator[Problem]:
        """An exception is made once."""
        yield from repeated(("exceptions",), (f"{e.process} in {e.namespace}: {e.rule}" for e in self.exceptions))


class MetricsServerConfig(Section):
    """CPU and memory figures for autoscaling."""

    replicas: int = Field(default=2, ge=1)


class PlatformConfig(Section):
    """The add-ons of a cluster; each comes with safe defaults."""

    argocd: ArgocdConfig = ArgocdConfig()
    istio: IstioConfig = IstioConfig()
    falco: FalcoConfig = FalcoConfig()
    metrics_server: MetricsServerConfig = MetricsServerConfig()
