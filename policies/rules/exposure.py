"""Whatever holds data is not public."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

from policies import documents
from policies.profiles import Profile
from policies.rule import Resource, Rule, StackRule, block
from policies.rules.encryption import BUCKET_TYPES, companions

ANYWHERE = ("0.0.0.0/0", "::/0")
_BLOCK = "aws:s3/bucketPublicAccessBlock:BucketPublicAccessBlock"
_LOCKS = ("blockPublicAcls", "blockPublicPolicy", "ignorePublicAcls", "restrictPublicBuckets")

Inputs = Mapping[str, Any]


def _flag(inputs: Inputs) -> Iterator[str]:
    if inputs.get("publiclyAccessible") in (True, "true"):
        yield "publiclyAccessible gives it an address on the internet; set it to false"


def _acl(inputs: Inputs) -> Iterator[str]:
    if str(inputs.get("acl", "private")).startswith("public-") or inputs.get("acl") == "authenticated-read":
        yield f"acl {inputs['acl']} opens it to strangers; leave it out"


def _locks(inputs: Inputs) -> Iterator[str]:
    if open_ := [lock for lock in _LOCKS if inputs.get(lock) in (None, False, "false")]:
        yield f"{', '.join(open_)} is off; set all four to true"


def _api(inputs: Inputs) -> Iterator[str]:
    network = block(inputs, "vpcConfig") or {}
    if network.get("endpointPublicAccess") in (False, "false"):
        return
    if open_ := [cidr for cidr in network.get("publicAccessCidrs") or ANYWHERE[:1] if cidr in ANYWHERE]:
        yield f"vpcConfig opens the Kubernetes API to {open_[0]}; make it private or name who may come"


def _brokers(inputs: Inputs) -> Iterator[str]:
    kind = block(inputs, "brokerNodeGroupInfo.connectivityInfo.publicAccess.type") or "DISABLED"
    if kind != "DISABLED":
        yield f"publicAccess is {kind}; set it to DISABLED"


def _policy(key: str) -> Callable[[Inputs], Iterator[str]]:
    def judge(inputs: Inputs) -> Iterator[str]:
        for statement in documents.statements(inputs.get(key)):
            if documents.allows_anybody(statement):
                yield f"{key} allows {documents.shown(statement)} to anybody; name the principals, or a condition"

    return judge


CHECKS: Mapping[str, Sequence[Callable[[Inputs], Iterator[str]]]] = {
    "aws:backup/vaultPolicy:VaultPolicy": (_policy("policy"),),
    "aws:dms/replicationInstance:ReplicationInstance": (_flag,),
    "aws:ecr/repositoryPolicy:RepositoryPolicy": (_policy("policy"),),
    "aws:eks/cluster:Cluster": (_api,),
    "aws:kms/key:Key": (_policy("policy"),),
    "aws:kms/replicaKey:ReplicaKey": (_policy("policy"),),
    "aws:msk/cluster:Cluster": (_brokers,),
    "aws:opensearch/domain:Domain": (_policy("accessPolicies"),),
    "aws:rds/cluster:Cluster": (_flag,),
    "aws:rds/clusterInstance:ClusterInstance": (_flag,),
    "aws:rds/instance:Instance": (_flag,),
    "aws:redshift/cluster:Cluster": (_flag,),
    "aws:s3/bucket:Bucket": (_acl, _policy("policy")),
    "aws:s3/bucketAcl:BucketAcl": (_acl,),
    "aws:s3/bucketPolicy:BucketPolicy": (_policy("policy"),),
    "aws:s3/bucketV2:BucketV2": (_acl, _policy("policy")),
    "aws:s3/bucketPublicAccessBlock:BucketPublicAccessBlock": (_locks,),
    "aws:secretsmanager/secretPolicy:SecretPolicy": (_policy("policy"),),
    "aws:sns/topicPolicy:TopicPolicy": (_policy("policy"),),
    "aws:sqs/queuePolicy:QueuePolicy": (_policy("policy"),),
}
"""Type -> what its inputs must not say."""


def _closed(resource: Resource, profile: Profile) -> Iterator[str]:
    for check in CHECKS[resource.type]:
        yield from check(resource.props)


def _buckets(resources: Sequence[Resource], profile: Profile) -> Iterator[tuple[Resource, str]]:
    settled = companions(resources, _BLOCK)
    for each in resources:
        if each.type in BUCKET_TYPES and each.urn not in settled:
            yield each, "could be opened by a policy or an ACL; add a BucketPublicAccessBlock"


RULE = Rule(name="public-data", promise="Data is not public.", types=frozenset(CHECKS), judge=_closed)
BUCKETS = StackRule(name="open-bucket", promise="No policy or ACL can make a bucket public.", judge=_buckets)
