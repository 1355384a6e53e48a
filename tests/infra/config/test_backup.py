"""Guards of vaults and of what is copied into them: each message as a whole."""

from pathlib import Path

import pytest

from tests.infra.config.orders import ABSENT, PRODUCTION, committed, edited, refusals
from tests.infra.config.test_border import refusal

PROD, EU, STAGING = committed("prod"), committed("eu"), committed("staging")
DAILY = "recovery.data.database.backups.daily"
NIGHTLY, AT_THREE = "recovery.data.volumes.backups.nightly", {"schedule": "0 3 * * *", "keep_days": 20}
SAME = {"schedule": "cron(0 2 * * ? *)", "copy_minutes": 240}
VAULTS = {"vault": "staging-vault", "recovery_vault": "staging-dr-vault", "plans": "staging"}


@pytest.mark.parametrize("stack", ["prod", "dr", "eu", "staging"])
def test_the_committed_stacks_stand(stack):
    assert refusals(committed(stack), {}) == []


@pytest.mark.req("BDR-06")
def test_a_lock_has_an_inside_and_a_time_in_which_it_can_be_lifted():
    assert refusals(PROD, {"backup.lock.min_days": 400}) == [
        "backup.lock.min_days = 400: is more than max_days, 366; exchange them"
    ]
    assert refusals(PROD, {"backup.lock.changeable_for_days": 2}) == [
        "backup.lock.changeable_for_days = 2: is too small; give at least 3"
    ]


@pytest.mark.req("BDR-06")
def test_production_locks_its_vaults():
    assert refusals(PROD, {"backup.lock": ABSENT, "backup.isolated": ABSENT}) == [
        "backup.lock: is required in production, or whoever has the rights deletes every copy; "
        "give mode, min_days, max_days"
    ]
    staging = {"backup": VAULTS, "recovery.data.database.backups": {"daily": {"schedule": "cron(0 2 * * ? *)"}}}
    assert refusals(STAGING, staging) == []


@pytest.mark.req("BDR-05", "BDR-15")
def test_names_of_plans_and_restore_tests_are_no_longer_than_aws_backup_takes():
    assert refusals(PROD, {"backup.plans": "p" * 33}) == [
        f"backup.plans = {'p' * 33}: is too long; write at most 32 characters"
    ]
    assert refusals(PROD, {"backup.plans": "p" * 32}) == []
    assert len(f"{'p' * 32}-database-recovery") == 50


@pytest.mark.req("BDR-06", "COST-02", "C-23")
@pytest.mark.parametrize("days", [6, 367])
def test_a_backup_is_kept_as_long_as_the_lock_lets_it(days):
    assert refusals(PROD, {f"{DAILY}.keep_days": days}) == [
        f"{DAILY}.keep_days = {days}: is not what backup.lock lets in, 7 to 366 days; change one of them"
    ]
    assert refusals(PROD, {f"{DAILY}.keep_days": 7}) == []
    assert refusals(PROD, {f"{DAILY}.keep_days": 366}) == []


@pytest.mark.req("BDR-05", "BDR-07")
def test_what_recovery_orders_has_a_vault_and_a_vault_has_something_to_keep():
    assert refusals(PROD, {"backup": ABSENT}) == [
        "backup: is required: recovery.data orders copies of database, volumes, which nothing keeps; name vaults"
    ]
    nothing = {"recovery.data.database.backups": ABSENT, "recovery.data.volumes.backups": ABSENT}
    assert refusals(PROD, nothing) == ["backup: has nothing to keep; say in recovery.data what is copied, or remove it"]
    assert refusals(STAGING, {"recovery": ABSENT, "backup": VAULTS}) == [
        "backup: has nothing to keep; say in recovery.data what is copied, or remove it"
    ]


@pytest.mark.req("BDR-05")
@pytest.mark.parametrize(
    ("change", "said"),
    [
        (
            {"schedule": "0 2 * * *"},
            "schedule: is a schedule of Unix, and AWS Backup has its own; write it as cron(0 2 * * ? *)",
        ),
        (
            {"start_window_minutes": 30},
            "start_window_minutes = 30: is less than AWS Backup takes; give 60",
        ),
        (
            {"completion_minutes": 90},
            "completion_minutes = 90: ends less than an hour after the last start that start_window_minutes allows; "
            "give 120 or more",
        ),
    ],
)
def test_a_rule_is_one_that_aws_backup_takes(change, said):
    assert refusals(PROD, {f"{DAILY}.{key}": value for key, value in change.items()}) == [f"{DAILY}.{said}"]


@pytest.mark.req("BDR-05")
def test_a_copy_leads_somewhere():
    assert refusals(EU, {"recovery.data.volumes.backups.daily.copy_minutes": 60}) == [
        "recovery.data.volumes.backups.daily.copy_minutes = 60: leads nowhere; "
        "name the other region in recovery.peer, or remove it"
    ]


@pytest.mark.req("BDR-05")
def test_only_what_there_is_can_be_copied():
    assert refusals(PROD, {"recovery.data.evidence.backups": {"daily": SAME}}) == [
        "recovery.data.evidence.backups: is nothing that AWS Backup copies here, which is database and volumes; "
        "remove it"
    ]
    found = refusals(PROD, {"data.database": ABSENT})
    assert "recovery.data.database.backups: has no managed database to copy; order data.database, or remove it" in found


@pytest.mark.req("BDR-07", "C-02")
def test_points_in_time_are_those_that_the_database_keeps():
    assert refusals(EU, {"recovery.data.database.point_in_time": ABSENT, **_backed_up("eu")}) == [
        "recovery.data.database.point_in_time: is missing, and data.database keeps 35 days of logs; "
        "write point_in_time: {}"
    ]
    found = refusals(PROD, {"data.database": ABSENT})
    assert (
        "recovery.data.database.point_in_time: needs a database that keeps its logs; order data.database, or remove it"
    ) in found


def _backed_up(stack):
    return {"recovery.data.database.backups": {"daily": {"schedule": "cron(0 2 * * ? *)"}}} if stack == "eu" else {}


@pytest.mark.req("BDR-06")
def test_a_copy_out_of_reach_is_in_another_account_or_locked_from_its_first_day():
    assert refusals(PROD, {"backup.isolated": {"vault": "vault-of-all", "account": "000000000105"}}) == []
    assert refusals(EU, {"backup.isolated": {"vault": "air-gapped"}}) == []
    assert refusals(PROD, {"backup.isolated": {"vault": "away", "account": "000000000103"}}) == [
        "backup.isolated.account = 000000000103: is the stack's own, whose administrators could end the copy; "
        "name another, or leave it out for a vault that is logically air-gapped"
    ]
    assert refusals(PROD, {"backup.isolated": {"vault": "dr-vault"}, "backup.recovery_vault": "dr-vault"}) == [
        "backup.isolated.vault = dr-vault: is the name of another vault here; give it one of its own"
    ]
    assert refusals(PROD, {"backup.isolated": {"vault": "air-gapped"}, "backup.lock.min_days": 3}) == [
        "backup.isolated.vault = air-gapped: keeps everything for 7 days at least; "
        "raise backup.lock.min_days, or name an account"
    ]
    staging = {"backup": {**VAULTS, "isolated": {"vault": "air-gapped"}}}
    daily = {"recovery.data.database.backups": {"daily": {"schedule": "cron(0 2 * * ? *)"}}}
    assert refusals(STAGING, {**staging, **daily}) == [
        "backup.isolated.vault = air-gapped: is locked from its first day, and nothing says for how long; "
        "give backup.lock, or name an account"
    ]


@pytest.mark.req("BDR-06")
@pytest.mark.parametrize(
    ("theirs", "said"),
    [
        (
            {"vault": "another-vault"},
            "vault = vault-of-all: is no vault of Pulumi.vaults.yaml, which has another-vault; write the same in both",
        ),
        (
            {"vault": "vault-of-all"},
            "account = 000000000106: takes no copies of account 000000000104; "
            "add it to backup.receives in Pulumi.vaults.yaml",
        ),
        ({"vault": "vault-of-all", "receives": ["000000000104"]}, ""),
    ],
)
def test_the_account_that_takes_copies_says_so_under_the_same_name(tmp_path: Path, theirs, said):
    receiver = {"kind": "region", "account": "000000000106", "region": "eu-west-1", "backup": theirs}
    sender = {"backup.isolated": {"vault": "vault-of-all", "account": "000000000106"}, "promotion.after": ABSENT}
    assert refusal(tmp_path, eu=edited(EU, sender), vaults=receiver) == (said and f"backup.isolated.{said}")


@pytest.mark.req("BDR-06")
@pytest.mark.parametrize("name", ["v", "v" * 51, "a.vault"])
def test_a_vault_has_a_name_that_aws_backup_takes(name):
    assert refusals(PROD, {"backup.vault": name}) == [
        f"backup.vault = {name}: is no name of a backup vault; use 2 to 50 letters, digits, hyphens and underscores"
    ]


@pytest.mark.req("BDR-06")
def test_nobody_lets_in_itself_or_the_same_account_twice():
    assert refusals(PROD, {"backup.receives": ["000000000103"]}) == [
        "backup.receives: names the stack's own account, which needs no leave; remove it"
    ]
    assert refusals(PROD, {"backup.receives": ["000000000105", "000000000105"]}) == [
        "backup.receives: names 000000000105 more than once; give each once"
    ]


@pytest.mark.req("AUD-07")
def test_a_bucket_keeps_what_was_replaced_for_a_while():
    assert refusals(PROD, {"backup.buckets": {"tempo": 0}}) == [
        "backup.buckets.tempo = 0: keeps nothing; give 1 day or more"
    ]


@pytest.mark.req("BDR-04", "BDR-05")
def test_a_copy_by_a_schedule_of_unix_is_one_that_velero_makes_of_all_volumes():
    asked = {NIGHTLY: AT_THREE, "backup.velero.schedules": {"all": AT_THREE}}
    assert refusals(PROD, asked) == []
    missing = [
        f"{NIGHTLY}.schedule: is a schedule of Unix, which Velero reads, and backup.velero.schedules has none that "
        "copies all volumes at these times for 20 days; add one there, or write it for AWS Backup, "
        "as cron(0 2 * * ? *)"
    ]
    assert refusals(PROD, {NIGHTLY: AT_THREE, "backup.velero": ABSENT}) == missing
    for less in (
        {"schedule": "0 4 * * *"},
        {"keep_days": 19},
        {"volumes": False},
        {"labelled": True},
        {"namespaces": ["payment-service"]},
    ):
        assert refusals(PROD, asked | {"backup.velero.schedules": {"all": {**AT_THREE, **less}}}) == missing
    assert refusals(PROD, {**asked, NIGHTLY: {**AT_THREE, "copy_minutes": 60}}) == [
        f"{NIGHTLY}.copy_minutes = 60: leads nowhere: Velero's copies stay in the region; "
        "remove it, or let AWS Backup copy, as cron(0 2 * * ? *)"
    ]


@pytest.mark.req("BDR-05", "BDR-07")
@pytest.mark.parametrize("schedule", ["cron(0 2 * * ? *)", "0 2 * * *"])
def test_copies_need_vaults_also_where_the_stack_has_no_managed_data(schedule):
    targets = {"disks": {"rto_minutes": 240, "rpo_minutes": 2880, "availability_percent": 99.9}}
    volumes = {"restore_minutes": 60, "backups": {"daily": {"schedule": schedule}}}
    assert refusals(PRODUCTION, {"recovery": {"targets": targets, "data": {"volumes": volumes}}}) == [
        "backup: is required: recovery.data orders copies of volumes, which nothing keeps; name vaults"
    ]
