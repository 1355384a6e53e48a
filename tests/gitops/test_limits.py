"""Whatever Git asks for fits into its namespace, at its largest and while it rolls (COST-01)."""

from collections.abc import Iterator, Mapping
from decimal import Decimal
from math import ceil
from typing import Any

import pytest

from components.apps.failover import LIMITS
from components.platform.istio import istiod_values
from components.platform.limits import Limits, specs
from infra.stacks import platform
from sandbox.cluster.quantity import quantity
from tests import records
from tests.gitops.rendered import GITOPS, Object, overlay

pytestmark = [pytest.mark.engine, pytest.mark.req("COST-01")]

STACKS = ("dev", "staging", "prod", "dr", "eu")
SIDECAR = {
    "proxyCPU": ("requests", "cpu"),
    "proxyMemory": ("requests", "memory"),
    "proxyCPULimit": ("limits", "cpu"),
    "proxyMemoryLimit": ("limits", "memory"),
}


def containers(template: Object, mesh: Mapping[str, Any] | None) -> Iterator[Mapping[str, Any]]:
    """The resources of each container of a pod; in the mesh that of the proxy, as the injector takes them."""
    assert "initContainers" not in template["spec"], "count them too: the largest of them may exceed all others"
    yield from (each["resources"] for each in template["spec"]["containers"])
    if mesh is not None:
        said = template["metadata"].get("annotations", {})
        own: dict[str, Any] = {sort: dict(amounts) for sort, amounts in mesh.items()}
        for key, (sort, of) in SIDECAR.items():
            own[sort][of] = said.get(f"sidecar.istio.io/{key}", own[sort][of])
        yield own


def most(workload: Object, objects: list[Object]) -> int:
    """Pods at the largest size, those that a rollout adds, and as many that have been told to end and still count."""
    scaled = [each["spec"] for each in objects if each["kind"] == "HorizontalPodAutoscaler"]
    named = [each["maxReplicas"] for each in scaled if each["scaleTargetRef"]["name"] == workload["metadata"]["name"]]
    replicas = named[0] if named else workload["spec"].get("replicas", 1)
    usual = "25%" if workload["kind"] == "Deployment" else 0
    rolling = workload["spec"].get("strategy", {}).get("rollingUpdate", {}).get("maxSurge", usual)
    surge = ceil(replicas * int(rolling.removesuffix("%")) / 100) if isinstance(rolling, str) else rolling
    return int(replicas) + 2 * int(surge)


def total(objects: list[Object], mesh: Mapping[str, Any] | None) -> dict[str, Decimal]:
    """What all workloads come to at their most, by the names of a quota."""
    found: dict[str, Decimal] = {"pods": Decimal(0)}
    for each in (each for each in objects if "template" in each.get("spec", {})):
        assert each["kind"] in ("Deployment", "StatefulSet"), f"how many pods {each['kind']} makes is not counted here"
        count = most(each, objects)
        found["pods"] += count
        for resources in containers(each["spec"]["template"], mesh):
            for sort, amounts in resources.items():
                for of, amount in amounts.items():
                    key = f"{sort}.{of}"
                    found[key] = found.get(key, Decimal(0)) + count * quantity(amount)
    return found


def assert_fits(objects: list[Object], limits: Limits, mesh: Mapping[str, Any] | None) -> None:
    hard = {key: quantity(amount) for key, amount in specs(limits)["ResourceQuota"]["hard"].items()}
    needed = total(objects, mesh)
    assert needed["pods"] > 1
    assert {"requests.cpu", "requests.memory", "limits.cpu", "limits.memory"} < needed.keys()
    assert {key: (amount, hard[key]) for key, amount in needed.items() if amount > hard[key]} == {}
    [container] = specs(limits)["LimitRange"]["limits"]
    templates = [each["spec"]["template"] for each in objects if each["kind"] in ("Deployment", "StatefulSet")]
    said = [resources["limits"] for template in templates for resources in containers(template, mesh)]
    assert [
        each for each in said if any(quantity(each[of]) > quantity(top) for of, top in container["max"].items())
    ] == []
    kinds = [each["spec"].get("type", "ClusterIP") for each in objects if each["kind"] == "Service"]
    assert set(kinds) <= {"ClusterIP"}


@pytest.mark.parametrize("stack", STACKS)
def test_the_payment_service_fits_at_its_largest_and_while_it_rolls(stack: str) -> None:
    payment = records.order(stack).apps.payment
    objects = overlay(GITOPS / "overlays" / payment.overlay)
    istio = istiod_values(platform.istio_args(records.order(stack)))
    assert_fits(objects, platform.limits(payment.quota), istio["global"]["proxy"]["resources"])


@pytest.mark.parametrize("role", ["controller", "guard"])
def test_the_failover_fits_while_it_rolls(role: str) -> None:
    assert_fits(overlay(GITOPS / "overlays" / "failover" / role), LIMITS, None)
