"""What runs on every cluster, as ordered in the stack file."""

from collections.abc import Iterator
from datetime import date
from typing import Literal

from pydantic import Field

from infra.config.errors import Problem
from infra.config.section import Section
from infra.config.types import Domain, GitPath, GitRevision, GitUrl, Issuer, PinnedImage, SecretName, SlackChannel


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


class ArgocdConfig(Section):
    """Argo CD; its host is argocd.{domain of the stack} unless stated."""

    high_availability: bool = True
    domain: Domain | None = None
    oidc: OidcConfig | None = None
    ksops_image: PinnedImage | None = None
    """The mirrored tool that decrypts SOPS files, if Git holds any (GIT-06)."""
    slack_channel: SlackChannel | None = None
    """Where notifications go, without the hash sign (GIT-12)."""


class IstioConfig(Section):
    """The mesh; strict mutual TLS is no setting."""

    replicas: int = Field(default=2, ge=1)
    max_replicas: int = Field(default=5, ge=1)
    tracing_percent: float = Field(default=10.0, ge=0, le=100)

    def problems(self, today: date) -> Iterator[Problem]:
        """The control plane starts within its own bounds."""
        if self.replicas > self.max_replicas:
            yield Problem(("replicas",), f"is above max_replicas {self.max_replicas}; lower it or raise max_replicas")


class FalcoConfig(Section):
    """Runtime security; `outputs_secret` is the name of the Kubernetes Secret with the receivers' keys (RUN-04)."""

    outputs_secret: SecretName | None = None
    sidekick_replicas: int = Field(default=2, ge=1)


class MetricsServerConfig(Section):
    """CPU and memory figures for autoscaling."""

    replicas: int = Field(default=2, ge=1)


class PlatformConfig(Section):
    """The add-ons of a cluster; each comes with safe defaults."""

    argocd: ArgocdConfig = ArgocdConfig()
    istio: IstioConfig = IstioConfig()
    falco: FalcoConfig = FalcoConfig()
    metrics_server: MetricsServerConfig = MetricsServerConfig()
