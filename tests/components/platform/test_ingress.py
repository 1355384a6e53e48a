"""The cluster's side of the way in: the kinds, the gateway, its certificate and who stands behind the doors."""

import json

import pytest
import yaml

from components.aws.registration import registration_policy
from components.platform import balancer_controller, cert_manager, gateway_api, ingress
from tests.components.platform import upstream

ARN = "arn:aws:elasticloadbalancing:us-east-1:000000000101:targetgroup/edge/1"
ACME = cert_manager.AcmeArgs(
    email="platform@example.com", zone="example.com", region="us-east-1", role_arn="arn:aws:iam::000000000100:role/c"
)


def order(trusted: bool = False) -> ingress.IngressArgs:
    return ingress.IngressArgs(
        names=["us-east-1.api.example.com", "api.example.com"],
        namespaces=["payment-service", "argocd", "argocd"],
        target_group_arns={"public": ARN},
        trusted=trusted,
    )


@pytest.mark.req("C-29")
@pytest.mark.parametrize("definition", gateway_api.definitions(), ids=lambda each: each["spec"]["names"]["plural"])
def test_a_kind_of_the_gateway_api_is_upstreams_without_its_descriptions(definition):
    name = definition["metadata"]["name"]
    plural, _, group = name.partition(".")
    text = (upstream.directory() / "crds" / "gateway-api" / f"{group}_{plural}.yaml").read_text()
    theirs = yaml.load(text, upstream.Loader)  # noqa: S506 one of PyYAML's safe loaders
    assert definition == gateway_api.bare(theirs)
    assert upstream.index()["gateway-api"]["version"] == gateway_api.VERSION


@pytest.mark.req("C-29")
def test_the_kinds_that_routes_need_are_there():
    kinds = {each["spec"]["names"]["kind"] for each in gateway_api.definitions()}
    assert {"BackendTLSPolicy", "Gateway", "GatewayClass", "HTTPRoute", "ReferenceGrant"} <= kinds


@pytest.mark.req("C-29")
def test_the_gateway_is_istios_and_takes_routes_of_named_namespaces_only():
    spec = ingress.gateway(order())["spec"]
    assert spec["gatewayClassName"] == "istio"
    assert spec["addresses"] == [{"type": "Hostname", "value": "gateway.istio-ingress.svc.cluster.local"}]
    (listener,) = spec["listeners"]
    assert (listener["port"], listener["protocol"], listener["tls"]["mode"]) == (443, "HTTPS", "Terminate")
    assert "hostname" not in listener
    assert listener["allowedRoutes"]["namespaces"] == {
        "from": "Selector",
        "selector": {
            "matchExpressions": [
                {"key": "kubernetes.io/metadata.name", "operator": "In", "values": ["argocd", "payment-service"]}
            ]
        },
    }


@pytest.mark.req("C-29", "DNS-05")
def test_the_gateways_certificate_is_its_own_or_that_of_an_issuer_that_others_believe():
    own = ingress.gateway_certificate(order())["spec"]
    assert own["dnsNames"] == ["api.example.com", "us-east-1.api.example.com"]
    assert own["issuerRef"] == {"kind": "Issuer", "name": "self-signed"}
    assert own["privateKey"]["rotationPolicy"] == "Always"
    trusted = ingress.gateway_certificate(order(trusted=True))["spec"]
    assert trusted["issuerRef"] == {"kind": "ClusterIssuer", "name": "letsencrypt-prod"}


@pytest.mark.req("DNS-05")
def test_challenges_are_answered_by_dns_in_one_zone_by_a_role_of_its_account():
    issuer = cert_manager.lets_encrypt(ACME)
    assert (issuer["kind"], issuer["metadata"]["name"]) == ("ClusterIssuer", "letsencrypt-prod")
    (solver,) = issuer["spec"]["acme"]["solvers"]
    assert solver == {
        "selector": {"dnsZones": ["example.com"]},
        "dns01": {"route53": {"region": "us-east-1", "role": "arn:aws:iam::000000000100:role/c"}},
    }
    assert issuer["spec"]["acme"]["email"] == "platform@example.com"


@pytest.mark.req("DNS-05", "C-36")
def test_cert_manager_is_doubled_with_its_parts_and_says_its_role_under_irsa_alone():
    values = cert_manager.values(cert_manager.CertManagerArgs(replicas=2, role_arn="role"))
    for part in (values, values["webhook"], values["cainjector"]):
        assert part["replicaCount"] == 2
        assert part["podDisruptionBudget"] == {"enabled": True}
    assert values["serviceAccount"]["annotations"] == {"eks.amazonaws.com/role-arn": "role"}
    assert values["crds"] == {"enabled": True, "keep": True}
    assert cert_manager.values(cert_manager.CertManagerArgs())["serviceAccount"]["annotations"] == {}


@pytest.mark.req("C-29")
def test_the_controller_registers_pods_and_makes_nothing():
    args = balancer_controller.BalancerControllerArgs(
        cluster_name="dev-platform", region="us-east-1", vpc_id="vpc-1", role_arn="role"
    )
    values = balancer_controller.values(args)
    off = ("createIngressClassResource", "enableServiceMutatorWebhook", "enableWafv2", "enableShield")
    assert [values[key] for key in off] == [False] * len(off)
    binding = ingress.binding("public", ARN)["spec"]
    assert binding == {"serviceRef": {"name": "gateway", "port": 443}, "targetGroupARN": ARN, "targetType": "ip"}
    look, register = json.loads(registration_policy([ARN]))["Statement"]
    assert all(action.partition(":")[2].startswith("Describe") for action in look["Action"])
    assert register["Action"] == ["elasticloadbalancing:DeregisterTargets", "elasticloadbalancing:RegisterTargets"]
    assert register["Resource"] == [ARN]
