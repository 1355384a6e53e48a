"""The gate reads policies: what is denied today is denied tomorrow, and a wider denial passes."""

import json
from collections.abc import Mapping
from typing import Any

import pytest

from assurance.changes.findings import findings
from assurance.changes.steps import State, Step
from assurance.changes.weakening import UNKNOWN
from components.aws import backup_vault
from components.aws.backup_vault import vault_policy
from components.aws.policies import document
from tests.components.aws.parts import HERE

POLICY = "aws:backup/vaultPolicy:VaultPolicy"
KEEPER, DEPLOYER = (HERE.arn("iam", f"role/{name}") for name in ("break-glass", "deployer"))
DELETE, CHANGE = "backup:DeleteRecoveryPoint", "backup:PutBackupVaultAccessPolicy"
OTHERS = {"ArnNotEquals": {"aws:PrincipalArn": KEEPER}}
DENIAL: Mapping[str, Any] = {
    "Sid": "Nobody else deletes",
    "Effect": "Deny",
    "Principal": {"AWS": "*"},
    "Action": [DELETE, CHANGE],
    "Resource": "*",
    "Condition": OTHERS,
}


def found(before: Any, after: Any) -> list[tuple[str, str]]:
    """What the gate says of a vault whose policy changes so."""
    old, new = (State(inputs={} if policy is None else {"policy": policy}) for policy in (before, after))
    step = Step(op="update", urn=f"urn:pulumi:prod::platform::{POLICY}::backup", type=POLICY, old=old, new=new)
    return [(each.change, each.why) for each in findings([step], production=True)]


def denial(**parts: Any) -> dict[str, Any]:
    """The denial with other parts, of which None is none."""
    return {key: value for key, value in {**DENIAL, **parts}.items() if value is not None}


def _lost(*actions: str) -> list[tuple[str, str]]:
    return [("weaken", f"policy: no longer denied as before: {', '.join(actions)}")]


@pytest.mark.req("C-33", "BDR-06")
def test_who_may_delete_recovery_points_is_nobody_else_from_one_run_to_the_next() -> None:
    kept, copied = vault_policy(KEEPER, (), HERE), vault_policy(KEEPER, ["000000000104"], HERE)
    for after in (vault_policy(DEPLOYER, (), HERE), document(), "", None):
        assert found(kept, after) == _lost(*backup_vault.DESTROY)
    later = f"policy: is known later whether denied as before: {', '.join(backup_vault.DESTROY)}"
    assert found(kept, UNKNOWN) == [("weaken", later)]
    for before, after in ((kept, copied), (copied, kept), (document(), kept), (None, UNKNOWN), (UNKNOWN, UNKNOWN)):
        assert found(before, after) == []


@pytest.mark.req("C-33", "BDR-06")
@pytest.mark.parametrize("action", backup_vault.DESTROY)
def test_an_action_that_a_vault_no_longer_denies_is_found(action: str, monkeypatch: pytest.MonkeyPatch) -> None:
    before = vault_policy(KEEPER, (), HERE)
    monkeypatch.setattr(backup_vault, "DESTROY", [each for each in backup_vault.DESTROY if each != action])
    after = vault_policy(KEEPER, (), HERE)
    assert found(before, after) == _lost(action)
    assert found(after, before) == []


@pytest.mark.req("C-33", "BDR-06")
@pytest.mark.parametrize(
    "narrow",
    [
        denial(Effect="Allow"),
        denial(Action="backup:Describe*"),
        denial(Action=None, NotAction=[DELETE, CHANGE]),
        denial(Resource=HERE.arn("backup", "recovery-point:a")),
        denial(Resource=None, NotResource=HERE.arn("backup", "recovery-point:a")),
        denial(Principal={"AWS": DEPLOYER}),
        denial(Principal={"Service": "*"}),
        denial(Principal=None, NotPrincipal={"AWS": DEPLOYER}),
        denial(Condition={"ArnNotEquals": {"aws:PrincipalArn": [KEEPER, DEPLOYER]}}),
        denial(Condition={"ArnNotEquals": {"aws:PrincipalArn": KEEPER, "aws:SourceArn": KEEPER}}),
        denial(Condition={**OTHERS, "Bool": {"aws:MultiFactorAuthPresent": "false"}}),
        denial(Condition={"ArnNotLike": {"aws:PrincipalArn": KEEPER}}),
    ],
)
def test_a_denial_that_gets_narrower_is_found(narrow: Mapping[str, Any]) -> None:
    assert found(document(DENIAL), document(narrow)) == _lost(DELETE, CHANGE)


@pytest.mark.req("C-33", "BDR-06")
@pytest.mark.parametrize(
    "wide",
    [
        [denial(Sid="Another name", Principal="*", Resource=["*"])],
        [denial(Action="backup:*")],
        [denial(Action="BACKUP:???*e*")],
        [denial(Condition=None)],
        [denial(Action=DELETE), denial(Action=[CHANGE, "backup:DeleteBackupVault"])],
        [denial(), denial(Sid="And", Action="backup:CopyFromBackupVault", Condition=None)],
    ],
)
def test_a_denial_that_gets_wider_passes(wide: list[Mapping[str, Any]]) -> None:
    assert found(document(DENIAL), document(*wide)) == []


@pytest.mark.req("C-33", "BDR-06")
def test_patterns_are_narrower_when_they_take_in_less() -> None:
    def with_(**parts: Any) -> str:
        return document(denial(**parts))

    every, some = with_(Action="backup:*"), with_(Action="backup:Delete*")
    assert found(every, some) == _lost("backup:*")
    assert found(some, every) == []
    assert found(some, with_(Action="backup:Delete?")) == _lost("backup:Delete*")
    assert found(with_(Resource="arn:a"), with_(Resource="ARN:A")) == _lost(DELETE, CHANGE)
    spared = with_(Action=None, NotAction=["backup:List*", "backup:Get*"])
    assert found(spared, with_(Action=None, NotAction=["backup:Get*", "backup:List*"])) == []
    assert found(spared, with_(Action="backup:*")) == _lost("all but backup:Get*, backup:List*")
    either = with_(Condition={"StringEquals": {"aws:PrincipalAccount": ["1", "2"]}})
    assert found(either, with_(Condition={"StringEquals": {"aws:PrincipalAccount": "1"}})) == _lost(DELETE, CHANGE)
    assert found(with_(Condition={"Bool": {"a": True}}), with_(Condition={"Bool": {"a": [True, False]}})) == []


def test_a_policy_may_be_one_statement_and_no_text() -> None:
    alone = {"Version": "2012-10-17", "Statement": DENIAL}
    assert found(alone, document(DENIAL)) == found(document(DENIAL), alone) == []
    assert found(json.dumps(alone), {"Statement": denial(Action=CHANGE)}) == _lost(DELETE)
