"""The values of the argo-cd chart that differ from its defaults (GIT-01 to GIT-06, GIT-12)."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import pulumi

from components.platform.argocd_policies import DEPLOYMENT_HEALTH, RBAC_POLICY

SECRETS_FOLDER = "custom-tools"


@dataclass(frozen=True, kw_only=True)
class OidcArgs:
    """Single sign-on; `client_secret` is a reference `$key` or `$secret:key`, never a value (GIT-04)."""

    name: str = "AzureAD"
    issuer: str
    client_id: str
    client_secret: str = "$oidc.azure.clientSecret"  # noqa: S105 a reference that Argo CD resolves, not a secret

    def __post_init__(self) -> None:
        if not self.client_secret.startswith("$"):
            raise ValueError(
                "argocd.oidc.client_secret must be a reference such as $oidc.azure.clientSecret, not the secret "
                "itself; put the value into Secrets Manager and name its key here"
            )


@dataclass(frozen=True, kw_only=True)
class KsopsArgs:
    """Decryption of SOPS files in the repo-server; `image` is the mirrored tool, pinned by digest (GIT-06)."""

    image: str

    def __post_init__(self) -> None:
        if "@sha256:" not in self.image:
            raise ValueError(
                f"argocd.ksops.image is {self.image!r}, which can change under its name; "
                "mirror it into the platform's registry and give it as name@sha256:digest"
            )


@dataclass(frozen=True, kw_only=True)
class SlackArgs:
    """Notifications to a channel; `secret` holds the key slack-token (GIT-12)."""

    channel: str
    secret: str = "argocd-notifications-secret"  # noqa: S105 the name of a secret


@dataclass(frozen=True, kw_only=True)
class ExposureArgs:
    """The server behind a Gateway, its certificate from a cluster issuer (GIT-03, C-29)."""

    gateway: str
    gateway_namespace: str
    cluster_issuer: str = "letsencrypt-prod"


@dataclass(frozen=True, kw_only=True)
class WebhookArgs:
    """`host` announces pushes; the Secret `secret`, labelled as part of argocd, holds what both know (GIT-02)."""

    host: str
    secret: str

    @property
    def reference(self) -> str:
        """Where Argo CD finds the value; the value itself is never known here."""
        return f"${self.secret}:webhook.{self.host}.secret"


@dataclass(frozen=True, kw_only=True)
class ArgocdArgs:
    """Dev's defaults: one replica of each, local admin, no notifications, reachable by port-forward only."""

    domain: str
    high_availability: bool = False
    rbac_policy: str = RBAC_POLICY
    oidc: OidcArgs | None = None
    ksops: KsopsArgs | None = None
    slack: SlackArgs | None = None
    exposure: ExposureArgs | None = None
    webhook: WebhookArgs | None = None
    security_group_ids: Sequence[pulumi.Input[str]] = ()
    """Worn in place of their node's by the pods that call Git, the identity provider and chat."""


def values(args: ArgocdArgs) -> dict[str, Any]:
    """All of them; what a setting does not ask for is absent."""
    replicas = 2 if args.high_availability else 1
    pdb = {"pdb": {"enabled": True, "minAvailable": 1}} if args.high_availability else {}
    metrics = {"metrics": {"enabled": True}}
    return {
        "fullnameOverride": "argocd",
        "global": {"domain": args.domain, "networkPolicy": {"create": True, "defaultDenyIngress": True}},
        "configs": {
            "cm": _config(args),
            "rbac": {"policy.default": "role:readonly", "policy.csv": args.rbac_policy},
            **({"secret": {f"{args.webhook.host}Secret": args.webhook.reference}} if args.webhook else {}),
        },
        "controller": {"replicas": replicas, **metrics, **_resources("250m", "512Mi", "2Gi"), **pdb},
        "repoServer": {"replicas": replicas, **metrics, **_resources("100m", "256Mi", "1Gi"), **pdb, **_ksops(args)},
        "applicationSet": {"replicas": replicas, **metrics, **_resources("50m", "128Mi", "512Mi"), **pdb},
        "server": {"replicas": replicas, **metrics, **_resources("50m", "128Mi", "512Mi"), **pdb, **_exposure(args)},
        "redis": _resources("50m", "64Mi", "256Mi"),
        "redis-ha": {"enabled": args.high_availability},
        # Single sign-on talks to the provider directly; a second identity server would be one more to patch.
        "dex": {"enabled": False},
        "notifications": _notifications(args),
    }


def _config(args: ArgocdArgs) -> dict[str, Any]:
    config: dict[str, Any] = {
        "admin.enabled": args.oidc is None,
        # An overlay inflates the application's one chart; nothing else may read outside its own folder.
        "kustomize.buildOptions": "--enable-helm",
        "resource.customizations.health.apps_Deployment": DEPLOYMENT_HEALTH,
    }
    if args.oidc is not None:
        config["oidc.config"] = json.dumps(
            {
                "name": args.oidc.name,
                "issuer": args.oidc.issuer,
                "clientID": args.oidc.client_id,
                "clientSecret": args.oidc.client_secret,
                "requestedScopes": ["openid", "profile", "email", "groups"],
                "requestedIDTokenClaims": {"groups": {"essential": True}},
            }
        )
    if args.ksops is not None:
        config["kustomize.buildOptions"] = "--enable-helm --enable-alpha-plugins --enable-exec"
    return config


def _resources(cpu: str, memory: str, limit: str) -> dict[str, Any]:
    return {"resources": {"requests": {"cpu": cpu, "memory": memory}, "limits": {"memory": limit}}}


def _ksops(args: ArgocdArgs) -> dict[str, Any]:
    if args.ksops is None:
        return {}
    mount = {"name": SECRETS_FOLDER, "mountPath": "/usr/local/bin/ksops", "subPath": "ksops"}
    copy = {
        "name": "install-ksops",
        "image": args.ksops.image,
        "command": ["cp", "/usr/local/bin/ksops", f"/{SECRETS_FOLDER}/ksops"],
        "volumeMounts": [{"name": SECRETS_FOLDER, "mountPath": f"/{SECRETS_FOLDER}"}],
        "securityContext": {
            "runAsNonRoot": True,
            "allowPrivilegeEscalation": False,
            "readOnlyRootFilesystem": True,
            "capabilities": {"drop": ["ALL"]},
            "seccompProfile": {"type": "RuntimeDefault"},
        },
    }
    volumes = [{"name": SECRETS_FOLDER, "emptyDir": {}}]
    return {"volumes": volumes, "volumeMounts": [mount], "initContainers": [copy]}


def _exposure(args: ArgocdArgs) -> dict[str, Any]:
    if args.exposure is None:
        return {}
    parent = {"name": args.exposure.gateway, "namespace": args.exposure.gateway_namespace}
    issuer = {"group": "cert-manager.io", "kind": "ClusterIssuer", "name": args.exposure.cluster_issuer}
    return {
        "httproute": {"enabled": True, "parentRefs": [parent]},
        "certificate": {"enabled": True, "issuer": issuer},
        # The gateway opens TLS towards the server again: no hop is plain text.
        "backendTLSPolicy": {
            "enabled": True,
            "targetRefs": [{"group": "", "kind": "Service", "name": "argocd-server"}],
            "validation": {"hostname": args.domain, "wellKnownCACertificates": "System"},
        },
    }


def _notifications(args: ArgocdArgs) -> dict[str, Any]:
    if args.slack is None:
        return {"enabled": False}
    return {
        "enabled": True,
        "secret": {"create": False, "name": args.slack.secret},
        "notifiers": {"service.slack": "token: $slack-token\n"},
        "templates": {
            "template.health": "message: '{{.app.metadata.name}} is {{.app.status.health.status}}, "
            "{{.app.status.sync.status}} at {{.app.status.sync.revision}}'\n"
        },
        "triggers": {
            "trigger.on-change": json.dumps(
                [
                    {"when": "app.status.health.status == 'Degraded'", "send": ["health"]},
                    {"when": "app.status.operationState.phase in ['Error', 'Failed', 'Succeeded']", "send": ["health"]},
                ]
            )
        },
        "subscriptions": [{"recipients": [f"slack:{args.slack.channel}"], "triggers": ["on-change"]}],
        **_resources("20m", "64Mi", "128Mi"),
    }
