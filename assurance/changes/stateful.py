"""What holds data, by type, and which inputs let data be destroyed later. This is data: a new store is a new line."""

from collections.abc import Mapping
from types import MappingProxyType

from assurance.changes.denials import Denials
from assurance.changes.weakening import Weakening, fewer, irrevocable, less, looser_lock, off, on, rarer

PROTECTED: Mapping[str, str] = MappingProxyType(
    {
        "aws:backup/logicallyAirGappedVault:LogicallyAirGappedVault": "recovery points",
        "aws:backup/vault:Vault": "recovery points",
        "aws:docdb/cluster:Cluster": "a database",
        "aws:dynamodb/table:Table": "a table",
        "aws:ecr/repository:Repository": "images",
        "aws:efs/fileSystem:FileSystem": "files",
        "aws:elasticache/replicationGroup:ReplicationGroup": "a cache",
        "aws:elasticache/serverlessCache:ServerlessCache": "a cache",
        "aws:kms/externalKey:ExternalKey": "the key to whatever it encrypted",
        "aws:kms/key:Key": "the key to whatever it encrypted",
        "aws:kms/replicaKey:ReplicaKey": "the key to whatever it encrypted",
        "aws:msk/cluster:Cluster": "topics",
        "aws:neptune/cluster:Cluster": "a database",
        "aws:opensearch/domain:Domain": "indices",
        "aws:rds/cluster:Cluster": "a database",
        "aws:rds/globalCluster:GlobalCluster": "the tie between a database and its copies",
        "aws:rds/instance:Instance": "a database",
        "aws:redshift/cluster:Cluster": "a database",
        "aws:route53/zone:Zone": "a zone, and the delegation to its name servers",
        "aws:s3/bucket:Bucket": "objects",
        "aws:s3/bucketV2:BucketV2": "objects",
    }
)
"""Type -> what is lost with it; the engine itself must protect these in production."""

STATEFUL: Mapping[str, str] = MappingProxyType(
    {
        **PROTECTED,
        "aws:cloudtrail/eventDataStore:EventDataStore": "the audit trail",
        "aws:cloudtrail/trail:Trail": "the audit trail from then on",
        "aws:cloudwatch/logGroup:LogGroup": "logs",
        "aws:cognito/userPool:UserPool": "accounts",
        "aws:dynamodb/globalTable:GlobalTable": "a table",
        "aws:ec2/vpc:Vpc": "the network that everything stands in, which would have to move",
        "aws:ebs/snapshot:Snapshot": "a copy of a disk",
        "aws:ebs/volume:Volume": "a disk",
        "aws:eks/cluster:Cluster": "all that the cluster keeps, the claims to its volumes among it",
        "aws:elasticache/cluster:Cluster": "a cache",
        "aws:elasticache/globalReplicationGroup:GlobalReplicationGroup": "the tie between a cache and its copies",
        "aws:fsx/lustreFileSystem:LustreFileSystem": "files",
        "aws:kinesis/stream:Stream": "records",
        "aws:kinesis/firehoseDeliveryStream:FirehoseDeliveryStream": "records under way",
        "aws:qldb/ledger:Ledger": "a ledger",
        "aws:rds/clusterSnapshot:ClusterSnapshot": "a copy of a database",
        "aws:rds/snapshot:Snapshot": "a copy of a database",
        "aws:secretsmanager/secret:Secret": "a secret",
        "aws:sqs/queue:Queue": "messages",
        "aws:ssm/parameter:Parameter": "a value",
        "kubernetes:apiextensions.k8s.io/v1:CustomResourceDefinition": "every object of its kind",
        "kubernetes:core/v1:Namespace": "everything in it, the claims to volumes among it",
        "kubernetes:core/v1:PersistentVolume": "a volume",
        "kubernetes:core/v1:PersistentVolumeClaim": "a volume",
    }
)
"""Type -> what is lost when it is deleted or replaced."""

GUARDS: Mapping[str, str] = MappingProxyType(
    {
        "aws:backup/plan:Plan": "nothing is backed up by it any more",
        "aws:backup/selection:Selection": "what it selects is not backed up any more",
        "aws:backup/vaultLockConfiguration:VaultLockConfiguration": "recovery points can be deleted early",
        "aws:backup/vaultPolicy:VaultPolicy": "recovery points can be deleted by whoever may",
        "aws:ecr/replicationConfiguration:ReplicationConfiguration": "images have no copy in other regions",
        "aws:s3/bucketObjectLockConfiguration:BucketObjectLockConfiguration": "objects can be deleted early",
        "aws:s3/bucketReplicationConfig:BucketReplicationConfig": "objects have no copy any more",
        "aws:s3/bucketVersioning:BucketVersioning": "objects can be overwritten",
    }
)
"""Type -> what holds no longer when it is deleted or replaced: data can be destroyed afterwards."""

_LOCK = "rule.defaultRetention"
WEAKENINGS: Mapping[str, tuple[Weakening | Denials, ...]] = MappingProxyType(
    {
        "aws:backup/plan:Plan": (
            fewer("rules.ruleName"),
            fewer("rules.copyActions.destinationVaultArn"),
            less("rules.lifecycle.deleteAfter", absent=None, added=False),
            less("rules.copyActions.lifecycle.deleteAfter", absent=None, added=False),
            rarer("rules.schedule"),
        ),
        "aws:backup/vault:Vault": (on("forceDestroy"),),
        "aws:backup/vaultLockConfiguration:VaultLockConfiguration": (less("minRetentionDays"),),
        "aws:backup/vaultPolicy:VaultPolicy": (Denials("policy"),),
        "aws:cloudtrail/trail:Trail": (
            off("enableLogging", absent=True),
            off("enableLogFileValidation"),
            off("isMultiRegionTrail"),
            off("includeGlobalServiceEvents", absent=True),
        ),
        "aws:cloudwatch/logGroup:LogGroup": (less("retentionInDays", absent=None), off("deletionProtectionEnabled")),
        "aws:docdb/cluster:Cluster": (
            less("backupRetentionPeriod"),
            off("deletionProtection"),
            on("skipFinalSnapshot"),
        ),
        "aws:dynamodb/table:Table": (off("deletionProtectionEnabled"), off("pointInTimeRecovery.enabled")),
        "aws:ecr/lifecyclePolicy:LifecyclePolicy": (less("policy.rules.selection.countNumber", absent=None),),
        "aws:ecr/repository:Repository": (on("forceDelete"), looser_lock("imageTagMutability", "IMMUTABLE")),
        "aws:eks/cluster:Cluster": (off("deletionProtection"),),
        "aws:elasticache/replicationGroup:ReplicationGroup": (less("snapshotRetentionLimit"),),
        "aws:elasticache/serverlessCache:ServerlessCache": (less("snapshotRetentionLimit"),),
        "aws:kinesis/stream:Stream": (less("retentionPeriod"),),
        "aws:kms/key:Key": (less("deletionWindowInDays", absent=30), off("isEnabled", absent=True)),
        "aws:kms/replicaKey:ReplicaKey": (less("deletionWindowInDays", absent=30), off("enabled", absent=True)),
        "aws:lb/loadBalancer:LoadBalancer": (off("enableDeletionProtection"),),
        "aws:neptune/cluster:Cluster": (
            less("backupRetentionPeriod"),
            off("deletionProtection"),
            on("skipFinalSnapshot"),
        ),
        "aws:rds/cluster:Cluster": (
            irrevocable("engineVersion"),
            less("backupRetentionPeriod", absent=1),
            off("deletionProtection"),
            on("skipFinalSnapshot"),
            on("deleteAutomatedBackups"),
        ),
        "aws:rds/globalCluster:GlobalCluster": (off("deletionProtection"), on("forceDestroy")),
        "aws:rds/instance:Instance": (
            less("backupRetentionPeriod"),
            off("deletionProtection"),
            on("skipFinalSnapshot"),
            on("deleteAutomatedBackups"),
        ),
        "aws:redshift/cluster:Cluster": (less("automatedSnapshotRetentionPeriod"), on("skipFinalSnapshot")),
        "aws:s3/bucket:Bucket": (on("forceDestroy"), off("versioning.enabled")),
        "aws:s3/bucketLifecycleConfiguration:BucketLifecycleConfiguration": (
            less("rules.expiration.days", absent=None),
            less("rules.noncurrentVersionExpiration.noncurrentDays", absent=None),
        ),
        "aws:s3/bucketObjectLockConfiguration:BucketObjectLockConfiguration": (
            less(f"{_LOCK}.days"),
            less(f"{_LOCK}.years"),
            looser_lock(f"{_LOCK}.mode", "COMPLIANCE"),
        ),
        "aws:s3/bucketV2:BucketV2": (on("forceDestroy"), off("versioning.enabled")),
        "aws:s3/bucketVersioning:BucketVersioning": (looser_lock("versioningConfiguration.status", "Enabled"),),
        "aws:secretsmanager/secret:Secret": (less("recoveryWindowInDays", absent=30),),
    }
)
"""Type -> the inputs that must not go the way which lets data be destroyed later."""
