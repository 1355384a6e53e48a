"""What the containers of an application, and all of them together, may take of a cluster (COST-01)."""

from collections.abc import Iterator
from datetime import date
from itertools import product
from typing import Annotated

from pydantic import Field

from infra.config.errors import Problem
from infra.config.section import Section
from infra.config.types import Shape

_UNITS = {"m": 1, "": 1000, "Mi": 1, "Gi": 1024}  # in thousandths of a core, or in Mi
_STOPS = "and no container that says nothing of itself would start"
_WITHIN = (
    ("default_request", "default_limit", _STOPS),
    ("default_limit", "container_max", _STOPS),
    ("default_request", "requests", _STOPS),
    ("container_max", "limits", "and no container of that size would start"),
    ("requests", "limits", "which are reached first"),
)

Cpu = Annotated[
    str,
    Shape(r"[1-9]\d{0,5}m?", 'is no amount of CPU; write cores or thousandths of one in quotes, such as "2" or 500m'),
]
Memory = Annotated[str, Shape(r"[1-9]\d{0,6}(Mi|Gi)", "is no amount of memory; write it in Mi or Gi, such as 512Mi")]


class AmountConfig(Section):
    """CPU and memory."""

    cpu: Cpu
    memory: Memory


class QuotaConfig(Section):
    """Enforced by the API server; the amounts have room for the payment service of production while it rolls."""

    default_request: AmountConfig = AmountConfig(cpu="100m", memory="128Mi")
    """What a container asks for that says nothing of itself."""
    default_limit: AmountConfig = AmountConfig(cpu="500m", memory="512Mi")
    """What it may take at most then."""
    container_max: AmountConfig = AmountConfig(cpu="2", memory="2Gi")
    """The most that any container may say it takes."""
    requests: AmountConfig = AmountConfig(cpu="32", memory="32Gi")
    """What all containers may ask for together, and the autoscaler makes nodes for."""
    limits: AmountConfig = AmountConfig(cpu="128", memory="128Gi")
    """What the limits of all containers may come to."""
    pods: int = Field(default=50, ge=1)

    def problems(self, today: date) -> Iterator[Problem]:
        """Each amount leaves room for what is within it."""
        for (less, more, why), part in product(_WITHIN, AmountConfig.model_fields):
            small, large = (str(getattr(getattr(self, name), part)) for name in (less, more))
            if _number(small) > _number(large):
                yield Problem((less, part), f"is above {more} {large}, {why}; lower it, or raise {more}")


def _number(amount: str) -> int:
    digits = amount.rstrip("mMGi")
    return int(digits) * _UNITS[amount.removeprefix(digits)]
