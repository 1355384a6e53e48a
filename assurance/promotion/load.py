"""A test under load, as k6 sums it up, against a baseline and the bounds of the stack (ENV-07)."""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from math import isfinite
from pathlib import Path
from typing import Any


class SummaryError(ValueError):
    """A summary that does not say what is asked of it."""


@dataclass(frozen=True)
class Load:
    """The 95th percentile of latency in milliseconds, and the percentage of failed requests."""

    p95: float
    error_percent: float


def read(path: Path) -> Load:
    """The figures of a k6 summary, of `--summary-export` or of a script's `handleSummary`."""
    try:
        metrics = json.loads(path.read_text())["metrics"]
        latency, failed = (_values(metrics[name]) for name in ("http_req_duration", "http_req_failed"))
        rate = failed["rate"] if "rate" in failed else failed["value"]
        load = Load(float(latency["p(95)"]), 100 * float(rate))
        if not (isfinite(load.p95) and load.p95 > 0 and 0 <= load.error_percent <= 100):
            raise ValueError(load)
        return load
    except (KeyError, TypeError, ValueError) as error:
        raise SummaryError(
            f"{path} is no summary of k6 with http_req_duration and http_req_failed ({error!r})"
        ) from None


def _values(metric: dict[str, Any]) -> dict[str, Any]:
    return dict(metric.get("values", metric))


def excesses(load: Load, baseline: Load, bounds: Mapping[str, float]) -> Iterator[str]:
    """What is beyond a bound."""
    if load.error_percent >= bounds["error_percent"]:
        yield f"{load.error_percent:.2f} % of requests failed; fewer than {bounds['error_percent']:g} % may"
    if load.p95 > baseline.p95 * (1 + bounds["slowdown_percent"] / 100):
        slower = 100 * (load.p95 / baseline.p95 - 1)
        above = f"{slower:.1f} % above the baseline's ({load.p95:.0f} ms, not {baseline.p95:.0f} ms)"
        yield f"the 95th percentile of latency is {above}; at most {bounds['slowdown_percent']:g} % may be"
