"""cert-manager: certificates inside the cluster, proved by DNS where they must be good outside (DNS-05)."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import pulumi

from components.platform import catalogue
from components.platform.namespace import Namespace, NamespaceArgs
from components.platform.release import custom, install

NAMESPACE = SERVICE_ACCOUNT = "cert-manager"
LETS_ENCRYPT, SERVER = "letsencrypt-prod", "https://acme-v02.api.letsencrypt.org/directory"


@dataclass(frozen=True, kw_only=True)
class AcmeArgs:
    """An account with Let's Encrypt; challenges are answered in `zone`, by `role_arn` in the zone's account."""

    email: str
    zone: str
    region: str
    role_arn: str


@dataclass(frozen=True, kw_only=True)
class CertManagerArgs:
    """`role_arn` trusts the service account `cert-manager/cert-manager` alone; None under Pod Identity."""

    replicas: int = 1
    role_arn: pulumi.Input[str] | None = None
    acme: AcmeArgs | None = None


class CertManager(pulumi.ComponentResource):
    """Issues and renews; without ACME there is no issuer that anybody outside would believe."""

    ready: Sequence[pulumi.Resource]

    def __init__(self, name: str, args: CertManagerArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__("platform:platform:CertManager", name, None, opts)
        namespace = Namespace(
            f"{name}-namespace",
            NamespaceArgs(name=NAMESPACE, isolation="ingress"),
            pulumi.ResourceOptions(parent=self),
        )
        release = install(self, catalogue.CERT_MANAGER, namespace.name, values(args), after=[namespace])
        issuers = [custom(self, lets_encrypt(args.acme), after=[release])] if args.acme else []
        self.ready = [release, *issuers]
        self.register_outputs({})


def lets_encrypt(acme: AcmeArgs) -> dict[str, Any]:
    """The issuer that workloads name; DNS-01, since a challenge by HTTP reaches no private cluster."""
    route53 = {"region": acme.region, "role": acme.role_arn}
    solver = {"selector": {"dnsZones": [acme.zone]}, "dns01": {"route53": route53}}
    account = {
        "email": acme.email,
        "server": SERVER,
        "privateKeySecretRef": {"name": LETS_ENCRYPT},
        "solvers": [solver],
    }
    return {
        "apiVersion": "cert-manager.io/v1",
        "kind": "ClusterIssuer",
        "metadata": {"name": LETS_ENCRYPT},
        "spec": {"acme": account},
    }


def values(args: CertManagerArgs) -> dict[str, Any]:
    """What differs from the chart; CRDs stay when the release goes, for certificates would go with them."""
    several = args.replicas > 1
    role = {"eks.amazonaws.com/role-arn": args.role_arn} if args.role_arn is not None else {}
    each = {"replicaCount": args.replicas, "podDisruptionBudget": {"enabled": several}}
    return {
        "crds": {"enabled": True, "keep": True},
        "global": {"leaderElection": {"namespace": NAMESPACE}},
        "serviceAccount": {"name": SERVICE_ACCOUNT, "annotations": role},
        **each,
        **_resources("50m", "128Mi", "512Mi"),
        # The API server calls it from outside the cluster's own addresses.
        "webhook": {**each, "networkPolicy": {"enabled": True}, **_resources("25m", "64Mi", "128Mi")},
        "cainjector": {**each, **_resources("25m", "128Mi", "512Mi")},
        "startupapicheck": _resources("10m", "32Mi", "64Mi"),
    }


def _resources(cpu: str, memory: str, limit: str) -> dict[str, Any]:
    return {"resources": {"requests": {"cpu": cpu, "memory": memory}, "limits": {"memory": limit}}}
