"""Values that carry their own rule, and what is said when they break it."""

from typing import Any

import pytest

from tests.infra.config.orders import DEV, GLOBAL, refusals

QUOTED = "must be text; put it in quotes"


@pytest.mark.req("PLT-05")
@pytest.mark.parametrize("account", ["12345678901", "1234567890123", "12345678901a"])
def test_an_account_has_twelve_digits(account: str) -> None:
    assert refusals(DEV, {"account": account}) == [
        f"account = {account}: is no AWS account; give all 12 digits, in quotes"
    ]


@pytest.mark.parametrize(
    ("changes", "line"),
    [
        # YAML reads an unquoted id with leading zeros as octal, and 1.30 as 1.3.
        ({"account": 65}, "account = 65: is no AWS account; give all 12 digits, in quotes"),
        (
            {"cluster.version": 1.35},
            'cluster.version = 1.35: is no Kubernetes version; write it in quotes, such as "1.35"',
        ),
        ({"region": 1}, f"region = 1: {QUOTED}"),
        (
            {"network.endpoints": [3]},
            f"network.endpoints[0] = 3: {QUOTED}",
        ),
    ],
)
def test_a_number_that_lost_its_quotes_is_told_so(changes: dict[str, Any], line: str) -> None:
    assert refusals(DEV, changes) == [line]


@pytest.mark.req("PLT-05", "NET-10")
def test_a_region_that_nobody_knows_is_refused_with_those_that_are_known() -> None:
    assert refusals(DEV, {"region": "us-east-9"}) == [
        "region = us-east-9: is no region known here; use one of us-east-1, us-east-2, us-west-2, "
        "eu-central-1, eu-west-1, us-gov-west-1, us-gov-east-1"
    ]


@pytest.mark.req("PLT-05")
@pytest.mark.parametrize(
    ("cidr", "rule"),
    [
        ("10.0.0.0/33", "is no IPv4 network; write its first address and a prefix, such as 10.16.0.0/16"),
        ("10.16.0.1/16", "is no IPv4 network; write its first address and a prefix, such as 10.16.0.0/16"),
        ("8.8.0.0/16", "is not private; choose it from 10.0.0.0/8, 172.16.0.0/12 or 192.168.0.0/16"),
        ("172.32.0.0/16", "is not private; choose it from 10.0.0.0/8, 172.16.0.0/12 or 192.168.0.0/16"),
        ("10.16.0.0/17", "is a /17; give the VPC a /16, so that every stack has the same plan"),
        ("10.0.0.0/8", "is a /8; give the VPC a /16, so that every stack has the same plan"),
    ],
)
def test_a_network_is_a_private_16(cidr: str, rule: str) -> None:
    assert refusals(DEV, {"network.cidr": cidr}) == [f"network.cidr = {cidr}: {rule}"]


@pytest.mark.parametrize(
    ("order", "changes", "line"),
    [
        (
            DEV,
            {"environment": "Dev_1"},
            "environment = Dev_1: is no environment; use 2 to 16 lower-case letters, digits and hyphens",
        ),
        (
            DEV,
            {"application": "p"},
            "application = p: is no application; use 2 to 20 lower-case letters, digits and hyphens",
        ),
        (
            DEV,
            {"domain": "https://dev.example.com/"},
            "domain = https://dev.example.com/: is no domain name; "
            "write lower-case labels joined by dots, without scheme or path",
        ),
        (
            DEV,
            {"network.zones": ["us-east-1a", "b"]},
            "network.zones[1] = b: is no zone; write region and letter, such as us-east-1a",
        ),
        (
            DEV,
            {"network.flow_log_retention_days": 31},
            "network.flow_log_retention_days = 31: is no retention that CloudWatch Logs offers; use 60 days",
        ),
        (
            DEV,
            {"cluster.log_retention_days": 9999},
            "cluster.log_retention_days = 9999: is no retention that CloudWatch Logs offers; use 3653 days",
        ),
        (
            DEV,
            {"cluster.admins": ["arn:aws:iam::1:role/x"]},
            "cluster.admins[0] = arn:aws:iam::1:role/x: is no IAM role name; "
            "give the name alone, account and partition are known",
        ),
        (
            DEV,
            {"cluster.node_groups.general.instance_types": ["m5"]},
            "cluster.node_groups.general.instance_types[0] = m5: is no instance type; "
            "write family and size, such as m5.xlarge",
        ),
        (
            DEV,
            {"cluster.node_groups.Big": {"instance_types": ["m5.xlarge"], "min": 1, "desired": 1, "max": 1}},
            "cluster.node_groups.Big: is no Kubernetes name; use at most 63 lower-case letters, digits and hyphens",
        ),
        (
            DEV,
            {"gitops.repository": "git@git.example.com:platform"},
            "gitops.repository = git@git.example.com:platform: is no Git repository; "
            "write https://host/path.git or ssh://git@host/path.git, without credentials",
        ),
        (
            DEV,
            {"gitops.revision": ""},
            "gitops.revision: is no branch, tag or commit; write its name, such as main",
        ),
        (
            DEV,
            {"gitops.path": "/apps"},
            "gitops.path = /apps: is no folder within the repository; write it from the root, without a leading slash",
        ),
        (
            DEV,
            {"platform.falco.outputs_secret": "Slack"},
            "platform.falco.outputs_secret = Slack: is no name of a Kubernetes Secret; "
            "write lower-case letters, digits, . and -",
        ),
        (
            DEV,
            {"platform.argocd.oidc": {"issuer": "login.example.com", "client_id": "argocd"}},
            "platform.argocd.oidc.issuer = login.example.com: is no OIDC issuer; "
            "write its https address, without credentials or port",
        ),
        (
            DEV,
            {"platform.argocd.ksops_image": "ksops:v2.5.8"},
            "platform.argocd.ksops_image = ksops:v2.5.8: can change under its name; "
            "mirror it into the platform's registry and give it as name@sha256:digest",
        ),
        (
            DEV,
            {"platform.argocd.slack_channel": "#ops"},
            "platform.argocd.slack_channel: is no Slack channel; write its name without #, in lower-case letters",
        ),
        (
            GLOBAL,
            {"ci.repository": "example/*"},
            "ci.repository = example/*: is no single repository; write owner/name, without wildcards or host",
        ),
        (
            GLOBAL,
            {"ci.refs": ["refs/heads/*"]},
            "ci.refs[0] = refs/heads/*: is no Git ref; "
            "write refs/heads/main or refs/tags/v*, with a wildcard at the end only",
        ),
    ],
)
def test_each_value_says_its_rule_and_the_remedy(order: dict[str, Any], changes: dict[str, Any], line: str) -> None:
    assert refusals(order, changes) == [line]


@pytest.mark.req("PLT-04", "COST-03")
@pytest.mark.parametrize("value", ["pci,soc", "", "a" * 129, "caf\u00e9"])
def test_a_tag_value_is_one_that_iam_and_rds_take(value: str) -> None:
    (line,) = refusals(DEV, {"cost_center": value})
    assert line.endswith(
        ": is no tag value that IAM and RDS take; use letters, digits, spaces and . : / = + @ - _, no comma"
    )
