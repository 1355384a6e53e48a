"""Who signs the evidence of deployments is one repository, in environments of stacks that keep some."""

from pathlib import Path
from typing import Any

import pytest

from infra.config import check
from tests.infra.config.orders import ABSENT, DEV, GLOBAL, PRODUCTION, TODAY, edited, refusals, stack
from tests.infra.config.test_siblings import STAGING, put, refusal

SIGNED = edited(GLOBAL, {"ci.evidence": {"repository": "example/platform", "stacks": ["prod"]}})
STACKS = "ci.evidence.stacks"
KEPT = edited(PRODUCTION, {"account": "000000000103", "network.cidr": "10.18.0.0/16"})


@pytest.mark.req("CMP-11")
def test_nobody_but_cis_own_role_signs_unless_ordered_and_the_role_that_does_has_a_name() -> None:
    assert stack(GLOBAL).ci.evidence is None
    assert stack(SIGNED).ci.evidence.role == "github-actions-evidence"


@pytest.mark.req("CMP-11", "PLT-05")
@pytest.mark.parametrize(
    ("changes", "lines"),
    [
        (
            {"ci.evidence.repository": "example/*"},
            [
                "ci.evidence.repository = example/*: is no single repository; "
                "write owner/name, without wildcards or host"
            ],
        ),
        ({"ci.evidence.repository": ABSENT}, ["ci.evidence.repository: is required; add it"]),
        *(
            (
                {STACKS: [name]},
                [f"{STACKS}[0] = {name}: is no stack; write what its file has between Pulumi. and .yaml, such as dev"],
            )
            for name in ("*", "prod*", "prod/security", "ref:refs/heads/main")
        ),
        ({STACKS: []}, [f"{STACKS}: has too few entries (0); give at least 1"]),
        ({STACKS: ["prod", "prod"]}, [f"{STACKS}: names prod more than once; give each once"]),
        (
            {"ci.evidence.role": "github-actions-ecr"},
            ["ci.evidence.role = github-actions-ecr: is the role that pushes images; choose another name"],
        ),
        (
            {"ci.evidence.role": "role/*"},
            ["ci.evidence.role = role/*: is no IAM role name; give the name alone, account and partition are known"],
        ),
        (
            {"ci.signs": ["images"]},
            ["ci.signs: has no key that evidence is signed with; add evidence, or drop ci.evidence"],
        ),
    ],
)
def test_an_order_that_names_no_role_or_no_deployments_is_refused(changes: dict[str, Any], lines: list[str]) -> None:
    assert refusals(SIGNED, changes) == lines


@pytest.mark.req("CMP-11", "PLT-05")
def test_whoever_signs_deploys_a_stack_that_keeps_evidence(tmp_path: Path) -> None:
    own = edited(SIGNED, {STACKS: ["prod", "global"]})
    put(tmp_path, dev=DEV, prod=KEPT, **{"global": own})
    assert check(tmp_path / "Pulumi.global.yaml", TODAY).ci.evidence.stacks == ("prod", "global")
    trail = edited(STAGING, {"audit": {"retention_days": {"trail": 7}}})
    put(tmp_path, staging=trail, **{"global": edited(SIGNED, {STACKS: ["prod", "dev", "staging", "nowhere"]})})
    assert refusal(tmp_path / "Pulumi.global.yaml").splitlines() == [
        "Pulumi.global.yaml: 3 settings cannot stand",
        *(
            f"  platform:stack.{STACKS}[{position}] = {name}: is no stack that keeps evidence; choose from prod, global"
            for position, name in ((1, "dev"), (2, "staging"), (3, "nowhere"))
        ),
    ]


def test_where_no_stack_keeps_evidence_none_is_signed(tmp_path: Path) -> None:
    silent = {"production": False, "audit": ABSENT, "guardrails": ABSENT}
    put(tmp_path, dev=DEV, **{"global": edited(SIGNED, silent)})
    assert refusal(tmp_path / "Pulumi.global.yaml") == (
        "Pulumi.global.yaml: 1 setting cannot stand\n"
        f"  platform:stack.{STACKS}[0] = prod: is no stack that keeps evidence; "
        "remove it, for no stack here keeps any"
    )
