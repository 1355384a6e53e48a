"""Argo CD as the platform runs it: who may do what, how health is judged, which secrets are referred to."""

import json

import pytest

from components.platform.argocd import Argocd
from components.platform.argocd_policies import DEPLOYMENT_HEALTH
from components.platform.argocd_values import (
    ArgocdArgs,
    ExposureArgs,
    KsopsArgs,
    OidcArgs,
    SlackArgs,
    WebhookArgs,
    values,
)
from tests.components.platform.messages import exactly

DOMAIN = "argocd.dev.example.com"
OIDC = OidcArgs(issuer="https://login.example.com/tenant/v2.0", client_id="client")
KSOPS = KsopsArgs(image="registry.example.com/ksops@sha256:" + "a" * 64)


@pytest.mark.req("GIT-01")
def test_argo_cd_comes_from_its_chart_in_a_namespace_of_its_own(build):
    engine = build(lambda: Argocd("argocd", ArgocdArgs(domain=DOMAIN)))
    release = engine.one("kubernetes:helm.sh/v3:Release")
    assert release.inputs["repositoryOpts"] == {"repo": "https://argoproj.github.io/argo-helm"}
    assert (release.inputs["chart"], release.inputs["namespace"]) == ("argo-cd", "argocd")
    namespace = engine.one("kubernetes:core/v1:Namespace")
    assert namespace.inputs["metadata"]["name"] == "argocd"
    assert namespace.urn in release.depends_on


@pytest.mark.req("GIT-01")
def test_high_availability_doubles_every_part_and_replicates_redis():
    single, double = (values(ArgocdArgs(domain=DOMAIN, high_availability=flag)) for flag in (False, True))
    parts = ("controller", "repoServer", "applicationSet", "server")
    assert [single[part]["replicas"] for part in parts] == [1, 1, 1, 1]
    assert [double[part]["replicas"] for part in parts] == [2, 2, 2, 2]
    assert all(double[part]["pdb"] == {"enabled": True, "minAvailable": 1} for part in parts)
    assert (single["redis-ha"], double["redis-ha"]) == ({"enabled": False}, {"enabled": True})


@pytest.mark.req("GIT-03")
def test_the_server_is_exposed_by_a_gateway_with_a_certificate_of_the_issuer():
    exposure = ExposureArgs(gateway="public", gateway_namespace="istio-ingress")
    server = values(ArgocdArgs(domain=DOMAIN, exposure=exposure))["server"]
    assert server["httproute"] == {
        "enabled": True,
        "parentRefs": [{"name": "public", "namespace": "istio-ingress"}],
    }
    assert server["certificate"] == {
        "enabled": True,
        "issuer": {"group": "cert-manager.io", "kind": "ClusterIssuer", "name": "letsencrypt-prod"},
    }
    assert server["metrics"] == {"enabled": True}
    assert values(ArgocdArgs(domain=DOMAIN))["global"]["domain"] == DOMAIN


@pytest.mark.req("GIT-02")
def test_the_git_host_announces_a_push_under_a_secret_that_is_only_referred_to():
    webhook = WebhookArgs(host="gitlab", secret="argocd-webhook")
    assert values(ArgocdArgs(domain=DOMAIN, webhook=webhook))["configs"]["secret"] == {
        "gitlabSecret": "$argocd-webhook:webhook.gitlab.secret"
    }
    assert "secret" not in values(ArgocdArgs(domain=DOMAIN))["configs"]


@pytest.mark.req("GIT-04")
def test_single_sign_on_refers_to_its_secret_and_replaces_the_local_admin():
    config = values(ArgocdArgs(domain=DOMAIN, oidc=OIDC))["configs"]["cm"]
    assert json.loads(config["oidc.config"]) == {
        "name": "AzureAD",
        "issuer": "https://login.example.com/tenant/v2.0",
        "clientID": "client",
        "clientSecret": "$oidc.azure.clientSecret",
        "requestedScopes": ["openid", "profile", "email", "groups"],
        "requestedIDTokenClaims": {"groups": {"essential": True}},
    }
    assert config["admin.enabled"] is False
    assert values(ArgocdArgs(domain=DOMAIN))["configs"]["cm"]["admin.enabled"] is True


@pytest.mark.req("GIT-04", "GIT-15")
def test_a_secret_in_place_of_a_reference_is_refused():
    message = (
        "argocd.oidc.client_secret must be a reference such as $oidc.azure.clientSecret, not the secret itself; "
        "put the value into Secrets Manager and name its key here"
    )
    with pytest.raises(ValueError, match=exactly(message)):
        OidcArgs(issuer="https://login.example.com", client_id="client", client_secret="hunter2")


@pytest.mark.req("GIT-05")
def test_everybody_reads_developers_sync_staging_and_the_platform_team_does_all():
    roles = values(ArgocdArgs(domain=DOMAIN))["configs"]["rbac"]
    assert roles["policy.default"] == "role:readonly"
    assert roles["policy.csv"].splitlines() == [
        "p, role:admin, applications, *, */*, allow",
        "p, role:admin, clusters, get, *, allow",
        "p, role:developer, applications, get, production/*, allow",
        "p, role:developer, applications, sync, staging/*, allow",
        'g, "platform-team", role:admin',
        'g, "developers", role:developer',
    ]


@pytest.mark.req("GIT-06")
def test_a_deployment_past_its_deadline_or_without_pods_is_degraded():
    config = values(ArgocdArgs(domain=DOMAIN))["configs"]["cm"]
    assert config["resource.customizations.health.apps_Deployment"] == DEPLOYMENT_HEALTH
    for sign in ('"ProgressDeadlineExceeded"', '"ReplicaFailure"', '"Degraded"', '"Suspended"', '"Healthy"'):
        assert sign in DEPLOYMENT_HEALTH


@pytest.mark.req("GIT-06")
def test_ksops_comes_from_a_pinned_image_into_the_repo_server():
    server = values(ArgocdArgs(domain=DOMAIN, ksops=KSOPS))["repoServer"]
    assert server["volumes"] == [{"name": "custom-tools", "emptyDir": {}}]
    assert server["volumeMounts"] == [{"name": "custom-tools", "mountPath": "/usr/local/bin/ksops", "subPath": "ksops"}]
    assert [init["image"] for init in server["initContainers"]] == [KSOPS.image]
    assert "initContainers" not in values(ArgocdArgs(domain=DOMAIN))["repoServer"]


@pytest.mark.req("GIT-06")
def test_a_tool_that_can_change_under_its_name_is_refused():
    message = (
        "argocd.ksops.image is 'alpine:3.8', which can change under its name; "
        "mirror it into the platform's registry and give it as name@sha256:digest"
    )
    with pytest.raises(ValueError, match=exactly(message)):
        KsopsArgs(image="alpine:3.8")


@pytest.mark.req("GIT-12")
def test_slack_hears_of_what_degraded_and_what_was_synced():
    notifications = values(ArgocdArgs(domain=DOMAIN, slack=SlackArgs(channel="deployments")))["notifications"]
    assert notifications["subscriptions"] == [{"recipients": ["slack:deployments"], "triggers": ["on-change"]}]
    assert notifications["notifiers"] == {"service.slack": "token: $slack-token\n"}
    assert notifications["secret"] == {"create": False, "name": "argocd-notifications-secret"}
    when = [each["when"] for each in json.loads(notifications["triggers"]["trigger.on-change"])]
    assert when == [
        "app.status.health.status == 'Degraded'",
        "app.status.operationState.phase in ['Error', 'Failed', 'Succeeded']",
    ]
    assert values(ArgocdArgs(domain=DOMAIN))["notifications"] == {"enabled": False}


def test_overlays_may_inflate_charts_and_read_nothing_outside_their_folder():
    config = values(ArgocdArgs(domain=DOMAIN))["configs"]["cm"]
    assert config["kustomize.buildOptions"] == "--enable-helm"
