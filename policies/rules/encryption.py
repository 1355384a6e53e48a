"""Whatever holds data is encrypted, with a key of the platform's own (KMS-05)."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

from policies.profiles import Profile
from policies.rule import UNKNOWN, Resource, Rule, StackRule, block, blocks

Inputs = Mapping[str, Any]


def _set(path: str) -> Callable[[Inputs], Iterator[str]]:
    """A key is named; services take one of AWS's own where there is none, whose use nobody can restrict."""

    def judge(inputs: Inputs) -> Iterator[str]:
        if not block(inputs, path):
            yield f"{path} names no key; give it one of the platform's"

    return judge


def _on(path: str) -> Callable[[Inputs], Iterator[str]]:
    def judge(inputs: Inputs) -> Iterator[str]:
        if block(inputs, path) in (None, False, "false"):
            yield f"{path} is off; set it to true"

    return judge


def _is(path: str, *wanted: str, default: str | None = None) -> Callable[[Inputs], Iterator[str]]:
    def judge(inputs: Inputs) -> Iterator[str]:
        found = block(inputs, path) or default
        if found not in (*wanted, UNKNOWN):
            yield f"{path} is {found or 'not set'}; set it to {' or '.join(wanted)}"

    return judge


def _follower(*judges: Callable[[Inputs], Iterator[str]]) -> Callable[[Inputs], Iterator[str]]:
    """A member of a global datastore has its encryption from there."""

    def judge(inputs: Inputs) -> Iterator[str]:
        if not inputs.get("globalReplicationGroupId"):
            for each in judges:
                yield from each(inputs)

    return judge


def _instance(inputs: Inputs) -> Iterator[str]:
    """A replica within the region has the encryption of its source."""
    if not inputs.get("replicateSourceDb"):
        yield from _on("storageEncrypted")(inputs)
        yield from _set("kmsKeyId")(inputs)


def _tie(inputs: Inputs) -> Iterator[str]:
    """What is tied together from a database that stands has the encryption of that."""
    if not inputs.get("sourceDbClusterIdentifier"):
        yield from _on("storageEncrypted")(inputs)


def _disks(inputs: Inputs) -> Iterator[str]:
    for mapping in blocks(inputs, "blockDeviceMappings"):
        if (disk := block(mapping, "ebs")) is not None and disk.get("encrypted") in (None, False, "false"):
            yield f"the disk {mapping.get('deviceName', '')} is not encrypted; set encrypted to true"


def _machine(inputs: Inputs) -> Iterator[str]:
    for key in ("rootBlockDevice", "ebsBlockDevices"):
        for disk in blocks(inputs, key):
            if disk.get("encrypted") in (None, False, "false"):
                yield f"{key} is not encrypted; set encrypted to true"


def _cluster_secrets(inputs: Inputs) -> Iterator[str]:
    kept = block(inputs, "encryptionConfig.resources")
    if not block(inputs, "encryptionConfig.provider.keyArn") or "secrets" not in (kept or ()):
        yield "encryptionConfig does not cover secrets; name them and a key"


def _registry(inputs: Inputs) -> Iterator[str]:
    if block(inputs, "encryptionConfigurations.encryptionType") != "KMS":
        yield "encryptionConfigurations is not of type KMS; name a key of the platform's"


def _bucket_settings(inputs: Inputs) -> Iterator[str]:
    wanted = ("aws:kms", "aws:kms:dsse")
    for each in blocks(inputs, "rules"):
        if block(each, "applyServerSideEncryptionByDefault.sseAlgorithm") not in wanted:
            yield "rules encrypts with a key that everybody in the account may use; choose aws:kms and a key"


CHECKS: Mapping[str, Sequence[Callable[[Inputs], Iterator[str]]]] = {
    "aws:backup/vault:Vault": (_set("kmsKeyArn"),),
    "aws:cloudtrail/trail:Trail": (_set("kmsKeyId"),),
    "aws:cloudwatch/logGroup:LogGroup": (_set("kmsKeyId"),),
    "aws:docdb/cluster:Cluster": (_on("storageEncrypted"), _set("kmsKeyId")),
    "aws:dynamodb/table:Table": (_on("serverSideEncryption.enabled"), _set("serverSideEncryption.kmsKeyArn")),
    "aws:ebs/volume:Volume": (_on("encrypted"), _set("kmsKeyId")),
    "aws:ec2/instance:Instance": (_machine,),
    "aws:ec2/launchTemplate:LaunchTemplate": (_disks,),
    "aws:ecr/repository:Repository": (_registry,),
    "aws:efs/fileSystem:FileSystem": (_on("encrypted"), _set("kmsKeyId")),
    "aws:eks/cluster:Cluster": (_cluster_secrets,),
    "aws:elasticache/replicationGroup:ReplicationGroup": (
        _follower(_on("atRestEncryptionEnabled"), _on("transitEncryptionEnabled"), _set("kmsKeyId")),
    ),
    "aws:elasticache/serverlessCache:ServerlessCache": (_set("kmsKeyId"),),
    "aws:kinesis/stream:Stream": (_is("encryptionType", "KMS"), _set("kmsKeyId")),
    "aws:msk/cluster:Cluster": (
        _set("encryptionInfo.encryptionAtRestKmsKeyArn"),
        _is("encryptionInfo.encryptionInTransit.clientBroker", "TLS", default="TLS"),
    ),
    "aws:neptune/cluster:Cluster": (_on("storageEncrypted"), _set("kmsKeyArn")),
    "aws:opensearch/domain:Domain": (_on("encryptAtRest.enabled"), _on("nodeToNodeEncryption.enabled")),
    "aws:rds/cluster:Cluster": (_on("storageEncrypted"), _set("kmsKeyId")),
    "aws:rds/globalCluster:GlobalCluster": (_tie,),
    "aws:rds/instance:Instance": (_instance,),
    "aws:redshift/cluster:Cluster": (_on("encrypted"), _set("kmsKeyId")),
    "aws:s3/bucketServerSideEncryptionConfiguration:BucketServerSideEncryptionConfiguration": (_bucket_settings,),
    "aws:secretsmanager/secret:Secret": (_set("kmsKeyId"),),
    "aws:sns/topic:Topic": (_set("kmsMasterKeyId"),),
    "aws:sqs/queue:Queue": (_set("kmsMasterKeyId"),),
}
"""Type -> what its inputs must say."""

BUCKET_TYPES = frozenset({"aws:s3/bucket:Bucket", "aws:s3/bucketV2:BucketV2"})
_OF_BUCKETS = "aws:s3/bucketServerSideEncryptionConfiguration:BucketServerSideEncryptionConfiguration"


def _encrypted(resource: Resource, profile: Profile) -> Iterator[str]:
    for check in CHECKS[resource.type]:
        yield from check(resource.props)


def companions(resources: Sequence[Resource], type_: str, inputs: Sequence[str] = ("bucket",)) -> set[str]:
    """The URNs of what resources of a type speak of through some of their inputs."""
    return {
        urn
        for each in resources
        if each.type == type_
        for key in inputs
        for urn in each.property_dependencies.get(key, ())
    }


_ACCESS_LOGS = "aws:s3/bucketLogging:BucketLogging"
_BALANCER = "aws:lb/loadBalancer:LoadBalancer"


def _buckets(resources: Sequence[Resource], profile: Profile) -> Iterator[tuple[Resource, str]]:
    """Targets of access logs are spared: AWS seals them itself, and delivers to no bucket under a customer's key."""
    settled = companions(resources, _OF_BUCKETS) | companions(resources, _ACCESS_LOGS, ("targetBucket",))
    settled |= companions(resources, _BALANCER, ("accessLogs",))
    for each in resources:
        inline = block(each.props, "serverSideEncryptionConfiguration.rule")
        if each.type in BUCKET_TYPES and not inline and each.urn not in settled:
            yield each, "has no encryption of its own; add a BucketServerSideEncryptionConfiguration with a key"


RULE = Rule(
    name="unencrypted-data",
    promise="Data is encrypted, with a key of the platform's own.",
    types=frozenset(CHECKS),
    judge=_encrypted,
)
BUCKETS = StackRule(
    name="unencrypted-bucket",
    promise="Objects are encrypted, with a key of the platform's own.",
    judge=_buckets,
)
