"""Secrets are refused everywhere, placeholders wherever an account is real."""

from typing import Any

import pytest

from infra.config.errors import Problem, line
from tests.infra.config.orders import DEV, GLOBAL, GOVCLOUD, REAL, REAL_ACCOUNT, refusals

SECRET = "looks like a secret, and none may pass through a stack file; keep it in Secrets Manager and name it here"


def placeholder(what: str, account: str = REAL_ACCOUNT) -> str:
    return (
        f"holds the placeholder {what}, and account {account} is none of the reserved ones, "
        "000000000000 to 000000000999; give the real value"
    )


@pytest.mark.req("PLT-05")
def test_with_a_reserved_account_placeholders_may_pass() -> None:
    assert refusals(DEV, {}) == []
    assert refusals(GLOBAL, {}) == []
    assert refusals(GOVCLOUD, {}) == []


@pytest.mark.req("PLT-05")
def test_with_a_real_account_what_ships_is_refused_setting_by_setting() -> None:
    assert refusals(DEV, {"account": REAL_ACCOUNT}) == [
        f"domain = dev.example.com: {placeholder('dev.example.com')}",
        f"budget.subscribers[0] = costs@example.com: {placeholder('example.com')}",
        f"gitops.repository = https://git.example.com/platform/gitops.git: {placeholder('git.example.com')}",
    ]
    assert refusals(REAL, {}) == []


@pytest.mark.req("PLT-05")
@pytest.mark.parametrize(
    ("changes", "setting", "what"),
    [
        ({"domain": "api.company.com"}, "domain = api.company.com", "api.company.com"),
        ({"domain": "mycompany.com"}, "domain = mycompany.com", "mycompany.com"),
        ({"domain": "dev.bank.test"}, "domain = dev.bank.test", "dev.bank.test"),
        (
            {"gitops.repository": "https://github.com/company/gitops.git"},
            "gitops.repository = https://github.com/company/gitops.git",
            "company/",
        ),
        ({"registry_account": "000000000100"}, "registry_account = 000000000100", "000000000100"),
        ({"cost_center": "ACCOUNT"}, "cost_center = ACCOUNT", "ACCOUNT"),
        ({"cost_center": "changeme"}, "cost_center = changeme", "changeme"),
        ({"cost_center": "TBD"}, "cost_center = TBD", "TBD"),
        ({"cluster.admins": ["my-bucket"]}, "cluster.admins[0] = my-bucket", "my-bucket"),
        (
            {"cluster.node_groups.general.labels": {"bucket": "bucket-name"}},
            "cluster.node_groups.general.labels.bucket = bucket-name",
            "bucket-name",
        ),
        (
            {"cluster.node_groups.general.labels": {"password": "<password>"}},
            "cluster.node_groups.general.labels.password",
            "<password>",
        ),
        (
            {
                "platform.argocd.oidc": {
                    "issuer": "https://login.microsoftonline.com/TENANT_ID/v2.0",
                    "client_id": "5f0f14f2-6f5f-4d3e-9c39-3d9d7c0a1111",
                }
            },
            "platform.argocd.oidc.issuer = https://login.microsoftonline.com/TENANT_ID/v2.0",
            "TENANT_ID",
        ),
        (
            {"platform.argocd.oidc": {"issuer": "https://login.bank.io", "client_id": "CLIENT_ID"}},
            "platform.argocd.oidc.client_id = CLIENT_ID",
            "CLIENT_ID",
        ),
        (
            {"cluster.endpoint": {"public": True, "allowed_cidrs": ["203.0.113.0/24"]}},
            "cluster.endpoint.allowed_cidrs[0] = 203.0.113.0/24",
            "203.0.113.0/24",
        ),
    ],
)
def test_each_kind_of_placeholder_is_known(changes: dict[str, Any], setting: str, what: str) -> None:
    assert refusals(REAL, changes) == [f"{setting}: {placeholder(what)}"]


@pytest.mark.req("PLT-05")
@pytest.mark.parametrize("account", ["123456789012", "111122223333"])
def test_an_account_from_the_documentation_is_a_placeholder_itself(account: str) -> None:
    what = "123456789" if "123456789" in account else account
    assert refusals(REAL, {"account": account}) == [f"account = {account}: {placeholder(what, account)}"]


@pytest.mark.req("PLT-05")
@pytest.mark.parametrize("cost_center", ["account-management", "projects", "owner relations", "exemplary.com"])
def test_ordinary_words_are_no_placeholders(cost_center: str) -> None:
    assert refusals(REAL, {"cost_center": cost_center}) == []


@pytest.mark.req("PLT-05", "SEC-07")
@pytest.mark.parametrize("order", [DEV, REAL], ids=["reserved", "real"])
@pytest.mark.parametrize(
    "secret",
    [
        "https://hooks.slack.com/services/T000/B000/XXXX",
        "AKIA" + "ABCDEFGHIJKLMNOP",
        "ghp_" + "a1" * 12,
        "xoxb-" + "1" * 12,
        "-----BEGIN RSA PRIVATE KEY-----",
        "postgres://app:hunter2@db.bank.io/app",
    ],
)
def test_a_secret_is_refused_with_any_account_and_never_repeated(order: dict[str, Any], secret: str) -> None:
    assert refusals(order, {"cluster.node_groups.general.labels": {"note": secret}}) == [
        f"cluster.node_groups.general.labels.note: {SECRET}"
    ]


@pytest.mark.req("SEC-07")
@pytest.mark.parametrize("value", ["k3J9" * 8, "hunter2 hunter2", "https://me:hunter2@git.bank.io/x.git", ["hunter2"]])
def test_a_value_that_may_be_a_secret_is_not_quoted_whatever_is_wrong_with_it(value: object) -> None:
    assert line(Problem(("domain",), "rule; remedy"), {"domain": value}) == "platform:stack.domain: rule; remedy"
    (said,) = refusals(DEV, {"domain": value})
    assert "hunter2" not in said
    assert "k3J9" not in said
