"""For each rule, resources that it stops and a near twin that it lets pass."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from policies.profiles import TAGS, Profile
from policies.rule import UNKNOWN, Resource

KEY = "arn:aws:kms:us-east-1:000000000101:key/a"
TAGGED = dict.fromkeys(TAGS, "x")
EU = Profile(region="eu-west-1", regions=frozenset({"eu-west-1"}))
US = Profile(region="us-east-1", regions=frozenset({"us-east-1", "us-west-2"}))
GOV = Profile(region="us-gov-west-1", regions=frozenset({"us-gov-west-1"}))

Inputs = Mapping[str, Any]


@dataclass(frozen=True)
class Pair:
    """The same resource, as it must not be and as it may."""

    rule: str
    type: str
    bad: Inputs
    good: Inputs
    profile: Profile = US
    said: str = ""
    """What the refusal names."""


def _policy(**statement: Any) -> str:
    return json.dumps({"Version": "2012-10-17", "Statement": [{"Effect": "Allow"} | statement]})


def _pod(container: Inputs, **spec: Any) -> Inputs:
    return {"spec": {"template": {"spec": {"containers": [{"name": "main", **container}], **spec}}}}


def _world(**inputs: Any) -> Inputs:
    return {"securityGroupId": "sg-1", "ipProtocol": "tcp", **inputs}


_ROOT = "arn:aws:iam::000000000101:root"
_LIMITED = {"resources": {"limits": {"memory": "1Gi"}}, "securityContext": {"runAsNonRoot": True}}
_ALL_LOCKS = dict.fromkeys(("blockPublicAcls", "blockPublicPolicy", "ignorePublicAcls", "restrictPublicBuckets"), True)
_ALL_LOGS = ["api", "audit", "authenticator", "controllerManager", "scheduler"]
_REDIS, _MSK = "aws:elasticache/replicationGroup:ReplicationGroup", "aws:msk/cluster:Cluster"
_SSE = "aws:s3/bucketServerSideEncryptionConfiguration:BucketServerSideEncryptionConfiguration"
_INGRESS = "aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule"
_DEPLOYMENT = "kubernetes:apps/v1:Deployment"
_EKS, _RDS, _LOGS = "aws:eks/cluster:Cluster", "aws:rds/cluster:Cluster", "aws:cloudwatch/logGroup:LogGroup"


def _sse(algorithm: str) -> Inputs:
    return {"bucket": "b", "rules": [{"applyServerSideEncryptionByDefault": {"sseAlgorithm": algorithm}}]}


def _image(immutable: str) -> Inputs:
    return {"encryptionConfigurations": [{"encryptionType": immutable, "kmsKey": KEY}]}


def _template(encrypted: str) -> Inputs:
    return {"blockDeviceMappings": [{"deviceName": "/dev/xvda", "ebs": {"encrypted": encrypted}}]}


_ENCRYPTION = (
    Pair("unencrypted-data", _RDS, {}, {"storageEncrypted": True, "kmsKeyId": KEY}, said="storageEncrypted is off"),
    Pair("unencrypted-data", _RDS, {"storageEncrypted": True}, {"storageEncrypted": True, "kmsKeyId": KEY}),
    Pair(
        "unencrypted-data",
        "aws:rds/instance:Instance",
        {"storageEncrypted": False, "kmsKeyId": KEY},
        {"replicateSourceDb": "primary"},
    ),
    Pair(
        "unencrypted-data",
        _REDIS,
        {"atRestEncryptionEnabled": True, "kmsKeyId": KEY},
        {"atRestEncryptionEnabled": True, "transitEncryptionEnabled": True, "kmsKeyId": KEY},
        said="transitEncryptionEnabled is off",
    ),
    Pair("unencrypted-data", _REDIS, {}, {"globalReplicationGroupId": "g"}),
    Pair(
        "unencrypted-data",
        _MSK,
        {
            "encryptionInfo": {
                "encryptionAtRestKmsKeyArn": KEY,
                "encryptionInTransit": {"clientBroker": "TLS_PLAINTEXT"},
            }
        },
        {"encryptionInfo": {"encryptionAtRestKmsKeyArn": KEY, "encryptionInTransit": {"clientBroker": "TLS"}}},
        said="clientBroker is TLS_PLAINTEXT",
    ),
    Pair(
        "unencrypted-data",
        "aws:rds/globalCluster:GlobalCluster",
        {"storageEncrypted": False},
        {"sourceDbClusterIdentifier": "primary"},
    ),
    Pair("unencrypted-data", _LOGS, {"name": "l"}, {"name": "l", "kmsKeyId": KEY}),
    Pair("unencrypted-data", _SSE, _sse("AES256"), _sse("aws:kms")),
    Pair("unencrypted-data", "aws:ecr/repository:Repository", _image("AES256"), _image("KMS")),
    Pair("unencrypted-data", "aws:ec2/launchTemplate:LaunchTemplate", _template("false"), _template("true")),
    Pair(
        "unencrypted-data",
        "aws:ec2/instance:Instance",
        {"rootBlockDevice": {"volumeType": "gp3"}},
        {"rootBlockDevice": {"volumeType": "gp3", "encrypted": True}},
    ),
    Pair(
        "unencrypted-data",
        _EKS,
        {"encryptionConfig": {"provider": {"keyArn": KEY}, "resources": []}},
        {"encryptionConfig": {"provider": {"keyArn": KEY}, "resources": ["secrets"]}},
    ),
    Pair("unencrypted-data", "aws:backup/vault:Vault", {}, {"kmsKeyArn": KEY}),
    Pair("unencrypted-data", "aws:ebs/volume:Volume", {"kmsKeyId": KEY}, {"encrypted": True, "kmsKeyId": KEY}),
    Pair(
        "unencrypted-data",
        "aws:kinesis/stream:Stream",
        {"encryptionType": "NONE", "kmsKeyId": KEY},
        {"encryptionType": "KMS", "kmsKeyId": KEY},
    ),
)
_EXPOSURE = (
    Pair("public-data", "aws:rds/clusterInstance:ClusterInstance", {"publiclyAccessible": True}, {}),
    Pair("public-data", "aws:s3/bucket:Bucket", {"acl": "public-read"}, {"acl": "private"}),
    Pair(
        "public-data",
        "aws:s3/bucketPublicAccessBlock:BucketPublicAccessBlock",
        {**_ALL_LOCKS, "restrictPublicBuckets": False},
        _ALL_LOCKS,
        said="restrictPublicBuckets is off",
    ),
    Pair(
        "public-data",
        "aws:s3/bucketPolicy:BucketPolicy",
        {"policy": _policy(Principal="*", Action="s3:GetObject", Resource="*")},
        {"policy": _policy(Principal={"AWS": _ROOT}, Action="s3:GetObject", Resource="*")},
        said="allows s3:GetObject to anybody",
    ),
    Pair(
        "public-data",
        "aws:kms/key:Key",
        {"policy": _policy(Principal={"AWS": ["*"]}, Action="kms:*", Resource="*")},
        {"policy": json.dumps({"Statement": {"Effect": "Deny", "Principal": "*", "Action": "kms:*"}})},
    ),
    Pair(
        "public-data",
        _EKS,
        {"vpcConfig": {"endpointPublicAccess": True}},
        {"vpcConfig": {"endpointPublicAccess": True, "publicAccessCidrs": ["203.0.113.0/24"]}},
    ),
    Pair(
        "public-data",
        _MSK,
        {"brokerNodeGroupInfo": {"connectivityInfo": {"publicAccess": {"type": "SERVICE_PROVIDED_EIPS"}}}},
        {"brokerNodeGroupInfo": {"connectivityInfo": {"publicAccess": {"type": "DISABLED"}}}},
    ),
)
_INGRESSES = (
    Pair(
        "open-ingress",
        _INGRESS,
        _world(fromPort=5432, toPort=5432, cidrIpv4="0.0.0.0/0"),
        _world(fromPort=5432, toPort=5432, cidrIpv4="10.16.0.0/16"),
        said="lets 0.0.0.0/0 in at ports 5432 to 5432",
    ),
    Pair(
        "open-ingress",
        _INGRESS,
        _world(fromPort=443, toPort=8443, cidrIpv6="::/0"),
        _world(fromPort=443, toPort=443, cidrIpv6="::/0"),
    ),
    Pair(
        "open-ingress",
        "aws:ec2/securityGroup:SecurityGroup",
        {"ingress": [{"protocol": "-1", "fromPort": 0, "toPort": 0, "cidrBlocks": ["10.0.0.0/8", "0.0.0.0/0"]}]},
        {"egress": [{"protocol": "-1", "fromPort": 0, "toPort": 0, "cidrBlocks": ["0.0.0.0/0"]}]},
    ),
    Pair(
        "open-ingress",
        "aws:ec2/securityGroupRule:SecurityGroupRule",
        {"type": "ingress", "protocol": "tcp", "fromPort": 22, "toPort": 22, "cidrBlocks": ["0.0.0.0/0"]},
        {"type": "egress", "protocol": "tcp", "fromPort": 22, "toPort": 22, "cidrBlocks": ["0.0.0.0/0"]},
    ),
)
_KEYS = (
    Pair("unrotated-key", "aws:kms/key:Key", {}, {"enableKeyRotation": True}),
    Pair(
        "unrotated-key",
        "aws:kms/key:Key",
        {"enableKeyRotation": True, "rotationPeriodInDays": 2560},
        {"customerMasterKeySpec": "ECC_NIST_P256", "keyUsage": "SIGN_VERIFY"},
        said="rotationPeriodInDays is 2560",
    ),
)
_LITERALS = (
    Pair(
        "foreign-partition",
        "aws:iam/rolePolicyAttachment:RolePolicyAttachment",
        {"policyArn": "arn:aws:iam::aws:policy/ReadOnlyAccess"},
        {"policyArn": "arn:aws-us-gov:iam::aws:policy/ReadOnlyAccess"},
        profile=GOV,
        said="policyArn speaks of arn:aws: in us-gov-west-1",
    ),
    Pair(
        "foreign-partition",
        "aws:iam/rolePolicy:RolePolicy",
        {"policy": _policy(Action="s3:GetObject", Resource="arn:aws-us-gov:s3:::b/*")},
        {"policy": _policy(Action="s3:GetObject", Resource="arn:aws:s3:::b/*")},
    ),
    Pair(
        "plain-secret",
        "aws:rds/cluster:Cluster",
        {"masterPassword": "correct horse"},
        {"manageMasterUserPassword": True},
        said="masterPassword passes a secret through the engine",
    ),
    Pair(
        "plain-secret",
        "aws:secretsmanager/secretVersion:SecretVersion",
        {"secretString": '{"username": "platform", "password": "correct horse"}'},
        {"secretString": '{"username": "platform", "engine": "postgres"}'},
        said="secretString passes a secret through the engine",
    ),
    Pair(
        "plain-secret",
        "aws:secretsmanager/secretVersion:SecretVersion",
        {"secretString": "correct horse"},
        {"secretString": UNKNOWN},
    ),
    Pair(
        "plain-secret",
        "kubernetes:core/v1:ConfigMap",
        {"data": {"url": "postgres://app:hunter2@db:5432/app"}},
        {"data": {"url": "postgres://db:5432/app"}},
        said="data.url looks like a credential",
    ),
    Pair(
        "plain-secret",
        "aws:ssm/parameter:Parameter",
        {"type": "SecureString", "value": "x"},
        {"type": "String", "value": "active"},
    ),
)
_REGIONS = (
    Pair(
        "foreign-region",
        "aws:s3/bucket:Bucket",
        {"region": "us-east-1"},
        {"region": "eu-west-1"},
        profile=EU,
        said="region leads to us-east-1, and data of eu-west-1 stays in eu-*",
    ),
    Pair(
        "foreign-region",
        "aws:s3/bucket:Bucket",
        {"region": "eu-central-1"},
        {"region": "eu-west-1"},
        profile=EU,
        said="which the stack file does not name",
    ),
    Pair(
        "foreign-region",
        "aws:backup/plan:Plan",
        {"rules": [{"copyActions": [{"destinationVaultArn": "arn:aws:backup:us-east-2:1:backup-vault:v"}]}]},
        {"rules": [{"copyActions": [{"destinationVaultArn": "arn:aws:backup:us-west-2:1:backup-vault:v"}]}]},
        said="rules[0].copyActions[0].destinationVaultArn leads to us-east-2",
    ),
    Pair(
        "foreign-region",
        "aws:secretsmanager/secret:Secret",
        {"replicas": [{"region": "us-east-1"}]},
        {"description": "copied from us-east-1"},
        profile=EU,
    ),
)
_IDENTITIES = (
    Pair(
        "wildcard-iam",
        "aws:iam/policy:Policy",
        {"policy": _policy(Action="*", Resource="*")},
        {"policy": _policy(Action=["s3:GetObject"], Resource="*")},
        said="allows * on every resource",
    ),
    Pair(
        "wildcard-iam",
        "aws:iam/rolePolicy:RolePolicy",
        {"policy": _policy(Action=["ec2:Describe*", "s3:*"], Resource=["*"])},
        {"policy": _policy(Action="s3:*", Resource=["arn:aws:s3:::b", "arn:aws:s3:::b/*"])},
    ),
    Pair(
        "wildcard-iam",
        "aws:iam/rolePolicyAttachment:RolePolicyAttachment",
        {"policyArn": "arn:aws:iam::aws:policy/AdministratorAccess"},
        {"policyArn": "arn:aws:iam::aws:policy/AmazonEKSClusterPolicy"},
    ),
    Pair(
        "wildcard-iam",
        "aws:iam/role:Role",
        {"assumeRolePolicy": _policy(Principal={"AWS": "*"}, Action="sts:AssumeRole")},
        {"assumeRolePolicy": _policy(Principal={"Service": "ec2.amazonaws.com"}, Action="sts:AssumeRole")},
    ),
    Pair(
        "wildcard-iam",
        "aws:iam/role:Role",
        {
            "inlinePolicies": [
                {"policy": json.dumps({"Statement": {"Effect": "Allow", "NotAction": "iam:*", "Resource": "*"}})}
            ]
        },
        {
            "inlinePolicies": [
                {"policy": json.dumps({"Statement": {"Effect": "Deny", "NotAction": "iam:*", "Resource": "*"}})}
            ]
        },
    ),
    Pair(
        "wildcard-iam",
        "kubernetes:rbac.authorization.k8s.io/v1:ClusterRoleBinding",
        {"roleRef": {"kind": "ClusterRole", "name": "cluster-admin"}},
        {"roleRef": {"kind": "ClusterRole", "name": "view"}},
    ),
    Pair(
        "wildcard-iam",
        "kubernetes:rbac.authorization.k8s.io/v1:ClusterRole",
        {"rules": [{"apiGroups": ["*"], "resources": ["*"], "verbs": ["*"]}]},
        {"rules": [{"apiGroups": ["*"], "resources": ["*"], "verbs": ["get", "list"]}]},
    ),
)
_OWNERSHIP = (
    Pair(
        "untagged",
        "aws:sqs/queue:Queue",
        {"tagsAll": {**TAGGED, "CostCenter": ""}},
        {"tagsAll": TAGGED},
        said="lacks the tags CostCenter",
    ),
    Pair(
        "untagged",
        "pulumi:providers:aws",
        {"region": "us-east-1"},
        {"region": "us-east-1", "defaultTags": json.dumps({"tags": TAGGED})},
        said="defaultTags lacks Environment, Application, ManagedBy, Compliance, CostCenter",
    ),
    Pair("missing-logs", _EKS, {"enabledClusterLogTypes": ["api", "audit"]}, {"enabledClusterLogTypes": _ALL_LOGS}),
    Pair("missing-logs", _LOGS, {"retentionInDays": 0}, {"retentionInDays": 365}),
    Pair("missing-logs", _RDS, {}, {"enabledCloudwatchLogsExports": ["postgresql"]}),
    Pair(
        "missing-logs",
        "aws:cloudtrail/trail:Trail",
        {"enableLogFileValidation": False},
        {"enableLogFileValidation": True},
    ),
    Pair("missing-logs", "aws:lb/loadBalancer:LoadBalancer", {}, {"accessLogs": {"bucket": "b", "enabled": True}}),
    Pair("missing-logs", _MSK, {}, {"loggingInfo": {"brokerLogs": {"cloudwatchLogs": {"enabled": True}}}}),
)
_WORKLOADS = (
    Pair(
        "privileged-container",
        _DEPLOYMENT,
        _pod({"securityContext": {"privileged": True}}),
        _pod({"securityContext": {"privileged": False}}),
        said="Container main must not be privileged",
    ),
    Pair(
        "root-container",
        _DEPLOYMENT,
        _pod({}),
        _pod({}, securityContext={"runAsNonRoot": True}),
        said="Pod must run as non-root",
    ),
    Pair(
        "root-container",
        _DEPLOYMENT,
        _pod({"securityContext": {"runAsNonRoot": False}}, securityContext={"runAsNonRoot": True}),
        _pod({"securityContext": {"runAsNonRoot": True}}, securityContext={"runAsNonRoot": False}),
    ),
    Pair("root-container", _DEPLOYMENT, _pod({"securityContext": {"runAsUser": 0}}), _pod(_LIMITED)),
    Pair(
        "unlimited-memory",
        _DEPLOYMENT,
        _pod({"resources": {"limits": {"cpu": "1"}}}),
        _pod(_LIMITED),
        said="Container main must have memory limits",
    ),
    Pair(
        "host-network",
        _DEPLOYMENT,
        _pod({}, hostNetwork=True),
        _pod({}, hostNetwork=False),
        said="Host networking is not allowed (PCI-DSS requirement)",
    ),
    Pair(
        "host-network",
        "kubernetes:batch/v1:CronJob",
        {"spec": {"jobTemplate": _pod({}, hostNetwork=True)}},
        {"spec": {"jobTemplate": _pod({})}},
    ),
    Pair(
        "privileged-container",
        "kubernetes:core/v1:Pod",
        {"spec": {"initContainers": [{"name": "first", "securityContext": {"privileged": True}}]}},
        {"spec": {"initContainers": [{"name": "first"}]}},
        said="Container first must not be privileged",
    ),
)
PAIRS: Sequence[Pair] = (
    *_ENCRYPTION,
    *_EXPOSURE,
    *_INGRESSES,
    *_KEYS,
    *_LITERALS,
    *_REGIONS,
    *_IDENTITIES,
    *_OWNERSHIP,
    *_WORKLOADS,
)


def resource(type_: str, props: Inputs, name: str = "one", **more: Any) -> Resource:
    """A resource of a stack, with no provider of its own."""
    return Resource(type=type_, name=name, urn=f"urn:pulumi:test::platform::{type_}::{name}", props=props, **more)
