"""What a stack saves by itself: no application takes more than was ordered (COST-01)."""

import pytest

from components.apps import failover
from components.platform.limits import specs
from infra.stacks import platform
from tests import records

pytestmark = pytest.mark.req("COST-01")

REGIONS = [name for name in records.COMMITTED if records.order(name).kind == "region"]


@pytest.mark.parametrize("name", REGIONS)
def test_every_namespace_that_argo_cd_delivers_to_has_the_limits_that_were_ordered(name: str) -> None:
    engine, payment = records.of_stack(name), records.order(name).apps.payment
    project = engine.one("kubernetes:argoproj.io/v1alpha1:AppProject").inputs["spec"]
    expected = {payment.namespace: specs(platform.limits(payment.quota)), failover.NAMESPACE: specs(failover.LIMITS)}
    for each in (destination["namespace"] for destination in project["destinations"]):
        for kind, spec in expected[each].items():
            found = [r.inputs for r in engine.of(f"kubernetes:core/v1:{kind}") if _namespace(r.inputs) == each]
            assert [inputs["spec"] for inputs in found] == [spec]


def _namespace(inputs: dict) -> str:
    return str(inputs["metadata"]["namespace"])
