"""`python -m assurance.recovery` shows people what each stack may lose, and why one cannot stand."""

from pathlib import Path

import pytest
import yaml

from assurance.recovery.__main__ import main
from assurance.recovery.table import lines
from tests.assurance import orders
from tests.infra.config.orders import DEV, GLOBAL


def told(name: str) -> str:
    stack = orders.stack(name)
    assert stack.recovery
    return "\n".join(lines(stack, stack.recovery))


@pytest.mark.req("BDR-01", "BDR-02", "BDR-14")
def test_the_bounds_of_production_are_a_table():
    assert told("prod") == (
        """\
production-platform, us-east-1: survives the loss of the region, us-west-2 stands by
  data       comes back by             loses at most  of               is down at most  of                when deleted
  database   asynchronous replica      1 min 5 s      5 min (payment)  13 min 45 s      15 min (payment)  loses 5 min
  cache      rebuilding from database  1 min 5 s      5 min (payment)  14 min 45 s      15 min (payment)  no backup
  streaming  rebuilding from database  1 min 5 s      5 min (payment)  14 min 45 s      15 min (payment)  no backup
  volumes    rebuilding from database  1 min 5 s      5 min (payment)  14 min 45 s      15 min (payment)  loses 27 h
  evidence   asynchronous replica      15 min         1 h (audit)      13 min 45 s      4 h (audit)       no backup
  payment: 2 x 14 min 45 s = 29 min 30 s a year, of 52 min 33 s that 99.99 % leaves
  tradesense: 2 x 14 min 45 s = 29 min 30 s a year, of 8 h 45 min 36 s that 99.9 % leaves
  audit: 2 x 14 min 45 s = 29 min 30 s a year, of 8 h 45 min 36 s that 99.9 % leaves
  while the database lags more than 5 s nothing is promoted, and a person is called"""
    )


@pytest.mark.req("C-31")
def test_a_region_without_another_reports_recovery_within_itself_only():
    assert told("eu").splitlines()[0] == (
        "production-platform, eu-west-1: survives the loss of a zone, not of the region"
    )
    assert "nothing is promoted" not in told("eu")


def test_the_recovery_region_reports_for_whom_it_stands_by():
    here, there = told("dr").splitlines(), told("prod").splitlines()

    assert here[0] == "dr-platform, us-west-2: stands by for the loss of us-east-1"
    assert here[1:] == there[1:]


@pytest.mark.req("C-01")
def test_cretoai_is_built_to_its_own_figure_and_its_security_plan_reports_another():
    assert "30 min (cretoai)" in told("cretoai")
    assert "cretoai-ssp: 2 x 19 min 15 s" in told("cretoai")


def put(folder: Path, name: str, order: object) -> str:
    path = folder / f"Pulumi.{name}.yaml"
    path.write_text(yaml.safe_dump({"config": {"platform:stack": order}}, sort_keys=False))
    return str(path)


def test_the_command_prints_every_stack_and_fails_where_one_cannot_stand(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
):
    standing = [put(tmp_path, "prod", orders.order("prod")), put(tmp_path, "dev", dict(DEV))]
    standing.append(put(tmp_path, "global", dict(GLOBAL)))

    assert main(standing) == 0
    printed, silent = capsys.readouterr()
    assert told("prod") in printed
    assert "dev-platform, us-east-1: promises no recovery\n" in printed
    assert "global-platform, us-east-1: promises no recovery\n" in printed
    assert silent == ""

    assert main([put(tmp_path, "bad", orders.order("payment-document")), *standing]) == 1
    printed, refused = capsys.readouterr()
    assert told("prod") in printed
    assert "Pulumi.bad.yaml: 6 settings cannot stand" in refused
    assert "24 h  the longest time between two runs of cron(0 2 * * ? *)  <- passes 5 min" in refused


def test_the_command_knows_the_shipped_stacks(capsys: pytest.CaptureFixture[str]):
    assert main([]) == 0
    assert "production-platform, us-east-1: " in capsys.readouterr().out
