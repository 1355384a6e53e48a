"""Public zones: each account writes its own names, and cert-manager there nothing but challenges."""

import json

import pytest

from components.aws.zone import Zone, ZoneArgs, challenges_role, records_role
from tests.components.aws.parts import HERE

ZONE, ROLE, POLICY = "aws:route53/zone:Zone", "aws:iam/role:Role", "aws:iam/rolePolicy:RolePolicy"
CHANGE = "route53:ChangeResourceRecordSets"
WRITER = "000000000103"


def program(protect=True):
    args = ZoneArgs(zone="example.com", place=HERE, writers={WRITER: ["api.example.com"]}, protect=protect)
    return Zone("zone-example.com", args)


def statements(engine, name):
    return json.loads(engine.one(POLICY, name).inputs["policy"])["Statement"]


@pytest.mark.req("DNS-01")
def test_the_zone_is_protected_and_its_name_servers_are_told(built):
    engine = built(program)
    zone = engine.one(ZONE)
    assert zone.inputs["name"] == "example.com"
    assert zone.options["protect"] is True
    assert zone.outputs["nameServers"]
    assert built(program, False).one(ZONE).options["protect"] is False


@pytest.mark.req("DNS-01")
def test_an_account_writes_its_own_names_and_what_lies_below_them(built):
    engine = built(program)
    name = f"zone-example.com-records-{WRITER}"
    role = engine.one(ROLE, name)
    assert role.inputs["name"] == records_role("example.com", WRITER) == f"example.com-records-{WRITER}"
    (trusted,) = json.loads(role.inputs["assumeRolePolicy"])["Statement"]
    assert trusted["Principal"] == {"AWS": f"arn:aws:iam::{WRITER}:root"}
    zone = f"arn:aws:route53:::hostedzone/{engine.one(ZONE).id}"
    change, look, find = statements(engine, name)
    assert change == {
        "Effect": "Allow",
        "Action": [CHANGE],
        "Resource": zone,
        "Condition": {
            "ForAllValues:StringLike": {f"{CHANGE}NormalizedRecordNames": ["api.example.com", "*.api.example.com"]},
            "Null": {f"{CHANGE}NormalizedRecordNames": "false"},
        },
    }
    assert look["Resource"] == zone
    assert all(action.startswith(("route53:Get", "route53:List")) for action in [*look["Action"], *find["Action"]])


@pytest.mark.req("DNS-05")
def test_a_solver_writes_challenges_and_nothing_that_leads_anywhere(built):
    engine = built(program)
    name = f"zone-example.com-challenges-{WRITER}"
    role = engine.one(ROLE, name)
    assert role.inputs["name"] == challenges_role("example.com", WRITER) == f"example.com-challenges-{WRITER}"
    (trusted,) = json.loads(role.inputs["assumeRolePolicy"])["Statement"]
    assert trusted["Condition"] == {"ArnLike": {"aws:PrincipalArn": f"arn:aws:iam::{WRITER}:role/cert-manager-*"}}
    change, *_ = statements(engine, name)
    assert change["Resource"] == f"arn:aws:route53:::hostedzone/{engine.one(ZONE).id}"
    assert change["Condition"] == {
        "ForAllValues:StringLike": {
            f"{CHANGE}NormalizedRecordNames": ["_acme-challenge.api.example.com", "_acme-challenge.*.api.example.com"]
        },
        "Null": {f"{CHANGE}NormalizedRecordNames": "false"},
        "ForAllValues:StringEquals": {f"{CHANGE}RecordTypes": ["TXT"]},
    }
