"""What the mesh says to every workload: STRICT mTLS, deny by default, and which settings proxies run with."""

from typing import Any

SYSTEM = "istio-system"
INGRESS = "istio-ingress"


def strict_mtls(namespace: str = SYSTEM) -> dict[str, Any]:
    """In the mesh's own namespace this binds every workload: plain text is refused (MESH-01)."""
    return {
        "apiVersion": "security.istio.io/v1",
        "kind": "PeerAuthentication",
        "metadata": {"name": "default", "namespace": namespace},
        "spec": {"mtls": {"mode": "STRICT"}},
    }


def deny_all(namespace: str = SYSTEM) -> dict[str, Any]:
    """An empty spec allows nothing; each service brings the AuthorizationPolicy that lets its callers in."""
    return {
        "apiVersion": "security.istio.io/v1",
        "kind": "AuthorizationPolicy",
        "metadata": {"name": "deny-all", "namespace": namespace},
        "spec": {},
    }


def allow_ingress(labels: dict[str, str]) -> dict[str, Any]:
    """The gateway answers strangers on its HTTP ports; what they reach behind it is the services' own decision."""
    return {
        "apiVersion": "security.istio.io/v1",
        "kind": "AuthorizationPolicy",
        "metadata": {"name": "allow-public", "namespace": INGRESS},
        "spec": {
            "selector": {"matchLabels": labels},
            "action": "ALLOW",
            "rules": [{"to": [{"operation": {"ports": ["80", "443"]}}]}],
        },
    }


def tracing(percent: float) -> dict[str, Any]:
    """Traces of `percent` of all requests go to the provider `otlp` of the mesh configuration."""
    return {
        "apiVersion": "telemetry.istio.io/v1",
        "kind": "Telemetry",
        "metadata": {"name": "mesh-default", "namespace": SYSTEM},
        "spec": {"tracing": [{"providers": [{"name": "otlp"}], "randomSamplingPercentage": percent}]},
    }


def mesh_config(collector: str | None) -> dict[str, Any]:
    """TLS 1.3 between proxies, metrics of proxy and application merged on one plain port, retries only where safe."""
    config: dict[str, Any] = {
        "meshMTLS": {"minProtocolVersion": "TLSV1_3"},
        "enablePrometheusMerge": True,
        "accessLogFile": "/dev/stdout",
        "accessLogEncoding": "JSON",
        # A retried POST pays twice: the mesh repeats only what never reached the service.
        "defaultHttpRetryPolicy": {"attempts": 2, "retryOn": "connect-failure,refused-stream"},
        "defaultConfig": {"holdApplicationUntilProxyStarts": True},
    }
    if collector is not None:
        host, _, port = collector.partition(":")
        provider = {"name": "otlp", "opentelemetry": {"service": host, "port": int(port or 4317)}}
        config |= {"enableTracing": True, "extensionProviders": [provider]}
    return config
