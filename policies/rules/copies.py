"""No data of one account gets into another's, and so none of production's into an environment beside it (DATA-06)."""

import re
from collections.abc import Iterator

from policies.profiles import Profile
from policies.rule import UNKNOWN, Resource, Rule, texts

_ACCOUNT_IN_ARN = re.compile(r"arn:aws[a-z-]*:(?:rds|ec2|backup|elasticache|dynamodb):[a-z0-9-]*:(\d{12}):")
_SOURCES = re.compile(
    r"(?:snapshot(?:Identifier|Id|Arn|Arns|Name)|source(?:Db\w+|Cluster\w*|Table\w*|Snapshot\w*)|replicateSourceDb"
    r"|replicationSourceIdentifier|restoreSourceTableArn|sourceDbSnapshotIdentifier)(?:\[\d+\])?$"
)
SHARES = {
    "aws:ec2/snapshotCreateVolumePermission:SnapshotCreateVolumePermission": "accountId",
    "aws:ec2/amiLaunchPermission:AmiLaunchPermission": "accountId",
    "aws:rds/snapshot:Snapshot": "sharedAccounts",
    "aws:rds/clusterSnapshotCopy:ClusterSnapshotCopy": "sharedAccounts",
    "aws:rds/snapshotCopy:SnapshotCopy": "sharedAccounts",
}
"""Type -> the input that names who gets a copy."""


def _stays(resource: Resource, profile: Profile) -> Iterator[str]:
    if not resource.of_aws or not profile.account:
        return
    for path, text in texts(resource.props):
        if not _SOURCES.search(path):
            continue
        for account in _ACCOUNT_IN_ARN.findall(text):
            if account != profile.account:
                yield f"{path} restores data of account {account}; anonymize it there, and bring in what came of that"
    shared = resource.props.get(SHARES.get(resource.type, ""))
    for account in shared if isinstance(shared, list) else [shared]:
        if account and account not in (UNKNOWN, profile.account):
            yield f"gives account {account} a copy of data; keep it in {profile.account}"


RULE = Rule(
    name="foreign-data",
    promise="Data of one account is restored in no other.",
    judge=_stays,
)
