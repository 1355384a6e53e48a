"""A test under load is judged by the thresholds of the stack's compliance mode."""

import json
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from assurance.promotion import __main__
from assurance.promotion.load import Load, SummaryError, excesses, read

BOUNDS = {"error_percent": 0.5, "slowdown_percent": 10.0}


def summary(path: Path, p95: float, rate: float, nested: bool = False) -> Path:
    """As k6 writes it: flat by `--summary-export`, with `values` by `handleSummary`."""
    if nested:
        metrics: dict[str, Any] = {
            "http_req_duration": {"type": "trend", "values": {"p(95)": p95}},
            "http_req_failed": {"type": "rate", "values": {"rate": rate}},
        }
    else:
        metrics = {"http_req_duration": {"avg": 1, "p(95)": p95}, "http_req_failed": {"value": rate, "passes": 1}}
    path.write_text(json.dumps({"metrics": metrics}))
    return path


@pytest.mark.parametrize("nested", [False, True])
def test_both_forms_of_a_summary_are_read(tmp_path: Path, nested: bool) -> None:
    assert read(summary(tmp_path / "s.json", 120, 0.004, nested)) == Load(120, 0.4)


@pytest.mark.parametrize("text", ["{}", "no json", '{"metrics": {"http_req_duration": {"p(95)": 3}}}', "[]"])
def test_a_file_that_is_no_summary_is_refused(tmp_path: Path, text: str) -> None:
    path = tmp_path / "s.json"
    path.write_text(text)
    with pytest.raises(SummaryError, match=r"s\.json is no summary of k6 with http_req_duration and http_req_failed"):
        read(path)


@pytest.mark.parametrize(("p95", "rate"), [(float("nan"), 0), (float("inf"), 0), (0, 0), (5, float("nan")), (5, 1.5)])
def test_figures_that_cannot_be_are_refused(tmp_path: Path, p95: float, rate: float) -> None:
    with pytest.raises(SummaryError):
        read(summary(tmp_path / "s.json", p95, rate))


@pytest.mark.req("ENV-07")
@pytest.mark.parametrize(
    ("seen", "found"),
    [
        (Load(110, 0.49), []),
        (Load(100, 0.5), ["0.50 % of requests failed; fewer than 0.5 % may"]),
        (
            Load(111, 0),
            ["the 95th percentile of latency is 11.0 % above the baseline's (111 ms, not 100 ms); at most 10 % may be"],
        ),
    ],
)
def test_errors_and_slowdown_have_bounds(seen: Load, found: list[str]) -> None:
    assert [*excesses(seen, Load(100, 0), BOUNDS)] == found


@pytest.fixture(autouse=True)
def _supported(monkeypatch: pytest.MonkeyPatch) -> None:
    """A version of Kubernetes that stays in support."""
    monkeypatch.setattr("infra.config.kubernetes.STANDARD_SUPPORT_ENDS", {"1.35": date.max})


def _run(monkeypatch: pytest.MonkeyPatch, *words: object) -> int:
    monkeypatch.setattr("sys.argv", ["promotion", "load", *map(str, words)])
    try:
        __main__.main()
    except SystemExit as ended:
        return int(ended.code or 0)
    return 0


@pytest.mark.req("ENV-07")
def test_the_command_judges_by_the_mode_of_the_stack(monkeypatch, capsys, tmp_path: Path) -> None:
    faulty, fine = summary(tmp_path / "faulty.json", 100, 0.006), summary(tmp_path / "fine.json", 100, 0.004)
    assert _run(monkeypatch, "prod", "--summary", faulty, "--baseline", fine) == 1
    assert capsys.readouterr().out == "prod: 0.60 % of requests failed; fewer than 0.5 % may\n"
    assert _run(monkeypatch, "prod", "--summary", fine, "--first") == 0
    assert capsys.readouterr().out == "prod: 0.40 % of requests failed, 95 % were answered within 100 ms\n"


def test_the_command_without_both_summaries_says_so(monkeypatch, capsys, tmp_path: Path) -> None:
    assert _run(monkeypatch, "prod") == 2
    assert capsys.readouterr().err == "--summary is missing; give the summary of k6\n"
    fine = summary(tmp_path / "fine.json", 100, 0)
    assert _run(monkeypatch, "prod", "--summary", fine) == 2
    missing = "--baseline is missing; give the summary of the revision before, or --first where there is none\n"
    assert capsys.readouterr().err == missing
    assert _run(monkeypatch, "prod", "--summary", tmp_path / "none.json", "--first") == 2
    assert "none.json" in capsys.readouterr().err
