"""Falco hears what its source asks it to hear, and tells those who must know."""

import json

import pytest

from components.platform.falco import Falco, FalcoArgs, values
from components.platform.falco_rules import DATABASE_ACCESS, FILE_ACCESS, RuleException, rules
from tests.components.platform.messages import exactly

BACKUP = RuleException(rule=DATABASE_ACCESS, namespace="velero", process="pg_dump")


def rule(name: str, *exceptions: RuleException):
    return next(each for each in rules(exceptions) if each["rule"] == name)


@pytest.mark.req("RUN-02")
def test_a_stranger_at_the_payment_database_is_critical():
    found = rule("Unauthorized Database Access")
    assert found["condition"] == (
        'spawned_process and container.name == "postgres" and user.name != "payment-service" '
        "and proc.name in (psql, pg_dump)"
    )
    assert found["priority"] == "CRITICAL"
    assert found["output"] == (
        "Unauthorized database access detected user=%user.name command=%proc.cmdline "
        "pod=%k8s.pod.name namespace=%k8s.ns.name"
    )


@pytest.mark.req("RUN-03")
def test_a_stranger_at_card_data_is_an_emergency():
    found = rule("Sensitive File Access")
    assert found["condition"] == (
        'open_read and fd.name contains "/var/lib/payment/cards" and not proc.name in (payment-service, backup-agent)'
    )
    assert found["priority"] == "EMERGENCY"
    assert found["output"] == "Sensitive data access file=%fd.name user=%user.name process=%proc.name"


@pytest.mark.req("RUN-04")
def test_an_application_may_be_excepted_from_one_rule_only():
    assert rule(DATABASE_ACCESS, BACKUP)["exceptions"] == [
        {
            "name": "applications",
            "fields": ["k8s.ns.name", "proc.name"],
            "comps": ["=", "="],
            "values": [["velero", "pg_dump"]],
        }
    ]
    assert "exceptions" not in rule(FILE_ACCESS, BACKUP)


def test_an_exception_for_an_unknown_rule_is_refused():
    message = (
        "a Falco exception names the rule 'Databse Access', which does not exist; "
        "use one of Unauthorized Database Access, Sensitive File Access"
    )
    with pytest.raises(ValueError, match=exactly(message)):
        rules([RuleException(rule="Databse Access", namespace="velero", process="pg_dump")])


@pytest.mark.req("RUN-01")
def test_falco_watches_every_node_by_ebpf_with_our_rules(build):
    engine = build(lambda: Falco("falco", FalcoArgs(exceptions=[BACKUP])))
    found = engine.one("kubernetes:helm.sh/v3:Release").inputs["values"]
    assert found["driver"]["kind"] == "modern_ebpf"
    assert found["tolerations"] == [{"operator": "Exists"}]
    assert json.loads(found["customRules"]["pci-dss.yaml"]) == rules([BACKUP])


def test_falco_alone_may_look_into_the_host(build):
    namespace = build(lambda: Falco("falco", FalcoArgs())).one("kubernetes:core/v1:Namespace")
    assert namespace.inputs["metadata"]["labels"]["pod-security.kubernetes.io/enforce"] == "privileged"


@pytest.mark.req("RUN-04")
def test_alerts_go_to_slack_loki_and_from_critical_on_to_pagerduty_by_reference():
    args = FalcoArgs(outputs_secret="falco-outputs", loki_url="http://loki:3100")
    config = values(args)["falcosidekick"]["config"]
    assert config["existingSecret"] == "falco-outputs"
    assert {each["name"]: each["value"] for each in config["extraEnv"]} == {
        "SLACK_MINIMUMPRIORITY": "warning",
        "PAGERDUTY_MINIMUMPRIORITY": "critical",
        "LOKI_HOSTPORT": "http://loki:3100",
        "LOKI_MINIMUMPRIORITY": "warning",
    }


def test_without_a_secret_nothing_is_referred_to():
    assert "existingSecret" not in values(FalcoArgs())["falcosidekick"]["config"]
