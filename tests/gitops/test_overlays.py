"""What each environment makes of the payment service's chart: how many pods, how large, and what stays of them."""

from functools import cache
from typing import Any

import pytest

from tests.gitops.rendered import GITOPS, one, overlay

pytestmark = pytest.mark.engine
OVERLAYS = GITOPS / "overlays" / "payment-service"
PRODUCTION = ({"cpu": "500m", "memory": "512Mi"}, {"cpu": "2000m", "memory": "2Gi"})
STAGING = ({"cpu": "250m", "memory": "512Mi"}, {"cpu": "1000m", "memory": "1Gi"})
DEV = ({"cpu": "100m", "memory": "256Mi"}, {"cpu": "500m", "memory": "512Mi"})
ENVIRONMENTS: dict[str, tuple[tuple[int, int], tuple[dict[str, str], dict[str, str]], int]] = {
    "production/us-east-1": ((10, 30), PRODUCTION, 3),
    "production/eu-west-1": ((10, 30), PRODUCTION, 3),
    "production/us-west-2": ((3, 30), PRODUCTION, 3),  # stands by: the failover raises the least, up to the same most
    "staging": ((3, 6), STAGING, 2),
    "dev": ((3, 4), DEV, 2),
}


@cache
def rendered(environment: str) -> list[dict[str, Any]]:
    return overlay(OVERLAYS / environment)


@pytest.mark.req("GIT-14")
def test_every_environment_has_an_overlay() -> None:
    assert {str(path.parent.relative_to(OVERLAYS)) for path in OVERLAYS.rglob("kustomization.yaml")} == {*ENVIRONMENTS}


@pytest.mark.req("GIT-14", "PAY-01", "PAY-02", "PAY-03", "C-28")
@pytest.mark.parametrize("environment", ENVIRONMENTS)
def test_an_environment_has_its_number_of_pods_and_their_size(environment: str) -> None:
    (least, most), (requests, limits), zones = ENVIRONMENTS[environment]
    objects = rendered(environment)
    scaler = one(objects, "HorizontalPodAutoscaler")["spec"]
    pod = one(objects, "Deployment")["spec"]["template"]["spec"]
    [container], [spread] = pod["containers"], pod["topologySpreadConstraints"]
    assert (scaler["minReplicas"], scaler["maxReplicas"]) == (least, most)
    assert container["resources"] == {"requests": requests, "limits": limits}
    assert spread["minDomains"] == zones


@pytest.mark.req("GIT-14", "PAY-03")
@pytest.mark.parametrize("environment", ENVIRONMENTS)
def test_more_than_half_stays_everywhere(environment: str) -> None:
    objects = rendered(environment)
    budget = one(objects, "PodDisruptionBudget")["spec"]
    assert budget["minAvailable"] == "51%"
    assert budget["selector"] == one(objects, "Deployment")["spec"]["selector"]


@pytest.mark.req("GIT-14", "C-34")
@pytest.mark.parametrize("environment", ENVIRONMENTS)
def test_stores_of_its_own_has_development_alone(environment: str) -> None:
    names = {each["metadata"]["name"] for each in rendered(environment)}
    assert names & {"postgresql", "redis"} == ({"postgresql", "redis"} if environment == "dev" else set())
