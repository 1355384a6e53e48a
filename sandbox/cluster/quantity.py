"""Kubernetes quantities as numbers."""

import re
from decimal import Decimal

_UNITS = {
    **{"n": Decimal("1e-9"), "u": Decimal("1e-6"), "m": Decimal("1e-3"), "": Decimal(1)},
    **{unit: Decimal(1000) ** power for power, unit in enumerate("kMGTPE", 1)},
    **{f"{unit}i": Decimal(1024) ** power for power, unit in enumerate("KMGTPE", 1)},
}


def quantity(text: str) -> Decimal:
    """`250m` is 0.25, `1Ki` is 1024; raises ValueError for what is no quantity."""
    match = re.fullmatch(r"([\d.]+(?:[eE][+-]?\d+)?)([numkMGTPEK]?i?)", text)
    if match is None or match[2] not in _UNITS:
        raise ValueError(f"{text!r} is no Kubernetes quantity; write a number and a unit such as m, Mi or Gi")
    return Decimal(match[1]) * _UNITS[match[2]]
