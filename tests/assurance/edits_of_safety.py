"""Edits of what production keeps, copies and watches: sections audit, backup, recovery and ingress."""

from tests.assurance.edit import GUARD, Edit
from tests.infra.config.orders import ABSENT

_DAILY = "recovery.data.database.backups.daily"
_VAULT, _PLAN = "aws:backup/vault:Vault::", "aws:backup/plan:Plan::backup-"
_BUCKET = "aws:s3/bucket:Bucket::"
_LOCK = "aws:s3/bucketObjectLockConfiguration:BucketObjectLockConfiguration::"

AUDIT = (
    Edit(
        "evidence is locked for a day less",
        {"audit.retention_days.evidence": 1095},
        ("weaken", f"{_LOCK}audit-evidence"),
        {"audit.retention_days.evidence": 1461},
    ),
    Edit(
        "the trail is locked for less long than was promised",
        {"audit.retention_days.trail": 365},
        GUARD,
        {"audit.retention_days.trail": 3653},
    ),
    Edit(
        "evidence can be deleted by whoever may",
        {"audit.mode": "governance"},
        GUARD,
        {"audit.recent_gb": 1000},
    ),
    Edit(
        "the trail can be searched for a month",
        {"audit.log_days": 30},
        ("weaken", "aws:cloudwatch/logGroup:LogGroup::audit"),
        {"audit.log_days": 731},
    ),
    Edit(
        "the trail tells of one region only",
        {"audit.global_events": False},
        ("weaken", "aws:cloudtrail/trail:Trail::audit"),
        {"audit.completeness_percent": 99.9},
    ),
)
BACKUP = (
    Edit(
        "the vault is renamed",
        {"backup.vault": "payments-vault"},
        ("replace", f"{_VAULT}backup"),
        {"backup.restore_test.schedule": "cron(0 6 ? * 1 *)"},
        alone=True,
    ),
    Edit(
        "the vault of the other region is renamed",
        {"backup.recovery_vault": "west-vault"},
        ("replace", f"{_VAULT}backup-recovery"),
        {"backup.restore_test.keep_hours": 8},
    ),
    Edit(
        "the lock can be lifted by whoever may",
        {"backup.lock.mode": "governance"},
        ("replace", "aws:backup/vaultLockConfiguration:VaultLockConfiguration::backup"),
        {"backup.buckets.tempo": 60},
    ),
    Edit("the lock is dropped", {"backup.lock": ABSENT}, GUARD, {"backup.buckets.database-dumps": 90}),
    Edit(
        "recovery points are deleted by who deploys",
        {"backup.keeper": "deployer"},
        ("weaken", "aws:backup/vaultPolicy:VaultPolicy::backup"),
        {"backup.receives": ["000000000104"]},
    ),
    Edit(
        "no copy is out of reach",
        {"backup.isolated": ABSENT},
        ("delete", "aws:backup/logicallyAirGappedVault:LogicallyAirGappedVault::backup-isolated"),
        {"backup.velero.old_versions_days": 60},
    ),
    Edit(
        "a bucket of backups is dropped",
        {"backup.buckets": {"tempo": 30}},
        ("delete", f"{_BUCKET}backup-database-dumps"),
        {"alerts.subscribers": ["security@example.com"]},
    ),
)
RECOVERY = (
    Edit(
        "backups stay in the region",
        {f"{_DAILY}.copy_minutes": ABSENT},
        ("weaken", f"{_PLAN}database"),
        {"recovery.data.volumes.backups.daily.completion_minutes": 240},
        alone=True,
    ),
    Edit(
        "backups are made once a month",
        {f"{_DAILY}.schedule": "cron(0 2 1 * ? *)", f"{_DAILY}.keep_days": 35},
        ("weaken", f"{_PLAN}database"),
        {f"{_DAILY}.schedule": "cron(0 3 * * ? *)"},
    ),
    Edit(
        "backups are kept for a week",
        {"recovery.data.volumes.backups.daily.keep_days": 7},
        ("weaken", f"{_PLAN}volumes"),
        {"recovery.data.volumes.backups.daily.keep_days": 60},
    ),
    Edit(
        "volumes are backed up no more",
        {"recovery.data.volumes.backups": {}},
        ("delete", f"{_PLAN}volumes"),
        {"recovery.data.volumes.backups.weekly": {"schedule": "cron(0 4 ? * 1 *)", "keep_days": 60}},
    ),
    Edit(
        "evidence is in no other region",
        {"recovery.data.evidence": ABSENT},
        ("delete", "aws:s3/bucketReplicationConfig:BucketReplicationConfig::audit-evidence"),
        {"recovery.data.evidence.max_lag_seconds": 1200},
    ),
)
INGRESS = (
    Edit(
        "the log of requests is locked for a month",
        {"ingress.firewall.log_days": 30},
        ("weaken", f"{_LOCK}web-firewall"),
        {"ingress.firewall.log_days": 731},
    ),
    Edit(
        "the log of requests can be deleted by whoever may",
        {"ingress.firewall.log_lock": "governance"},
        ("weaken", f"{_LOCK}web-firewall"),
        {"ingress.firewall.rate_limit": 1000},
        alone=True,
    ),
    Edit("nothing filters requests", {"ingress.firewall": None}, GUARD, {"ingress.expiry_alarm_days": 20}),
)
