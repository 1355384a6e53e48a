"""Which bounds a test under load has: a stack's own, its mode's, everybody's."""

from typing import Any

import pytest

from infra.config import ConfigurationError
from infra.config.thresholds import mode, thresholds
from tests import records
from tests.infra.config import orders

pytestmark = pytest.mark.req("ENV-07")


def _stack(compliance: list[str], **own: float) -> Any:
    return orders.stack(orders.DEV, compliance=compliance, promotion={"thresholds": own})


@pytest.mark.parametrize(
    ("compliance", "own", "expected"),
    [
        ([], {}, ("standard", 1.0, 10.0)),
        (["soc2"], {}, ("compliance", 0.5, 10.0)),
        (["pci-dss"], {"error_percent": 0.1}, ("compliance", 0.1, 10.0)),
        (["pci-dss"], {"slowdown_percent": 0}, ("compliance", 0.5, 0.0)),
        ([], {"error_percent": 5, "slowdown_percent": 50}, ("standard", 5.0, 50.0)),
    ],
)
def test_what_is_said_for_the_stack_goes_before_its_mode_and_that_before_everybody(
    compliance: list[str], own: dict[str, float], expected: tuple[str, float, float]
) -> None:
    stack = _stack(compliance, **own)
    found = thresholds(stack)
    assert (mode(stack), found["error_percent"], found["slowdown_percent"]) == expected


@pytest.mark.parametrize("stack", ["staging", "prod", "dr", "eu"])
def test_stacks_that_answer_to_a_framework_are_in_compliance_mode(stack: str) -> None:
    assert thresholds(records.order(stack)) == {"error_percent": 0.5, "slowdown_percent": 10.0}


@pytest.mark.parametrize(("name", "own", "most"), [("error_percent", 0.6, "0.5"), ("slowdown_percent", 11, "10")])
def test_compliance_mode_lets_nobody_be_looser(name: str, own: float, most: str) -> None:
    with pytest.raises(ConfigurationError) as refused:
        _stack(["soc2"], **{name: own})
    rule = f"is looser than the {most} of every stack with a framework in compliance; give at most that"
    assert f"promotion.thresholds.{name}" in str(refused.value)
    assert rule in str(refused.value)
