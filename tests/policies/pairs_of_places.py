"""Where things are, whose they are, what they may do and what they tell."""

import json

from policies.rule import UNKNOWN
from tests.policies.pair import (
    ALL_LOGS,
    DEPLOYMENT,
    EKS,
    EU,
    GOV,
    LIMITED,
    LOGS,
    MSK,
    RDS,
    STAGING,
    TAGGED,
    Pair,
    pod,
    policy,
)

LITERALS = (
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
        {"policy": policy(Action="s3:GetObject", Resource="arn:aws-us-gov:s3:::b/*")},
        {"policy": policy(Action="s3:GetObject", Resource="arn:aws:s3:::b/*")},
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
COPIES = (
    Pair(
        "foreign-data",
        RDS,
        {"snapshotIdentifier": "arn:aws:rds:us-east-1:000000000103:cluster-snapshot:nightly"},
        {"snapshotIdentifier": "arn:aws:rds:us-east-1:000000000102:cluster-snapshot:anonymized"},
        profile=STAGING,
        said="snapshotIdentifier restores data of account 000000000103; anonymize it there",
    ),
    Pair(
        "foreign-data",
        RDS,
        {"restoreToPointInTime": {"sourceClusterIdentifier": "arn:aws:rds:us-east-1:000000000103:cluster:payments"}},
        {"restoreToPointInTime": {"sourceClusterIdentifier": "arn:aws:rds:us-east-1:000000000102:cluster:payments"}},
        profile=STAGING,
        said="restoreToPointInTime.sourceClusterIdentifier restores data of account 000000000103",
    ),
    Pair(
        "foreign-data",
        "aws:dynamodb/table:Table",
        {"restoreSourceTableArn": "arn:aws:dynamodb:us-east-1:000000000103:table/ledger"},
        {"restoreSourceTableArn": "arn:aws:dynamodb:us-east-1:000000000102:table/ledger"},
        profile=STAGING,
    ),
    Pair(
        "foreign-data",
        "aws:elasticache/replicationGroup:ReplicationGroup",
        {"snapshotArns": ["arn:aws:elasticache:us-east-1:000000000103:snapshot:sessions"]},
        {"snapshotArns": ["arn:aws:elasticache:us-east-1:000000000102:snapshot:sessions"]},
        profile=STAGING,
    ),
    Pair(
        "foreign-data",
        "aws:ec2/snapshotCreateVolumePermission:SnapshotCreateVolumePermission",
        {"snapshotId": "snap-1", "accountId": "000000000103"},
        {"snapshotId": "snap-1", "accountId": "000000000102"},
        profile=STAGING,
        said="gives account 000000000103 a copy of data",
    ),
    Pair(
        "foreign-data",
        "aws:rds/snapshot:Snapshot",
        {"dbInstanceIdentifier": "payments", "sharedAccounts": ["000000000103"]},
        {"dbInstanceIdentifier": "payments", "sharedAccounts": []},
        profile=STAGING,
        said="gives account 000000000103 a copy of data",
    ),
)
REGIONS = (
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
IDENTITIES = (
    Pair(
        "wildcard-iam",
        "aws:iam/policy:Policy",
        {"policy": policy(Action="*", Resource="*")},
        {"policy": policy(Action=["s3:GetObject"], Resource="*")},
        said="allows * on every resource",
    ),
    Pair(
        "wildcard-iam",
        "aws:iam/rolePolicy:RolePolicy",
        {"policy": policy(Action=["ec2:Describe*", "s3:*"], Resource=["*"])},
        {"policy": policy(Action="s3:*", Resource=["arn:aws:s3:::b", "arn:aws:s3:::b/*"])},
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
        {"assumeRolePolicy": policy(Principal={"AWS": "*"}, Action="sts:AssumeRole")},
        {"assumeRolePolicy": policy(Principal={"Service": "ec2.amazonaws.com"}, Action="sts:AssumeRole")},
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
OWNERSHIP = (
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
    Pair("missing-logs", EKS, {"enabledClusterLogTypes": ["api", "audit"]}, {"enabledClusterLogTypes": ALL_LOGS}),
    Pair("missing-logs", LOGS, {"retentionInDays": 0}, {"retentionInDays": 365}),
    Pair("missing-logs", RDS, {}, {"enabledCloudwatchLogsExports": ["postgresql"]}),
    Pair(
        "missing-logs",
        "aws:cloudtrail/trail:Trail",
        {"enableLogFileValidation": False},
        {"enableLogFileValidation": True},
    ),
    Pair("missing-logs", "aws:lb/loadBalancer:LoadBalancer", {}, {"accessLogs": {"bucket": "b", "enabled": True}}),
    Pair("missing-logs", MSK, {}, {"loggingInfo": {"brokerLogs": {"cloudwatchLogs": {"enabled": True}}}}),
)
WORKLOADS = (
    Pair(
        "privileged-container",
        DEPLOYMENT,
        pod({"securityContext": {"privileged": True}}),
        pod({"securityContext": {"privileged": False}}),
        said="Container main must not be privileged",
    ),
    Pair(
        "root-container",
        DEPLOYMENT,
        pod({}),
        pod({}, securityContext={"runAsNonRoot": True}),
        said="Pod must run as non-root",
    ),
    Pair(
        "root-container",
        DEPLOYMENT,
        pod({"securityContext": {"runAsNonRoot": False}}, securityContext={"runAsNonRoot": True}),
        pod({"securityContext": {"runAsNonRoot": True}}, securityContext={"runAsNonRoot": False}),
    ),
    Pair("root-container", DEPLOYMENT, pod({"securityContext": {"runAsUser": 0}}), pod(LIMITED)),
    Pair(
        "unlimited-memory",
        DEPLOYMENT,
        pod({"resources": {"limits": {"cpu": "1"}}}),
        pod(LIMITED),
        said="Container main must have memory limits",
    ),
    Pair(
        "host-network",
        DEPLOYMENT,
        pod({}, hostNetwork=True),
        pod({}, hostNetwork=False),
        said="Host networking is not allowed (PCI-DSS requirement)",
    ),
    Pair(
        "host-network",
        "kubernetes:batch/v1:CronJob",
        {"spec": {"jobTemplate": pod({}, hostNetwork=True)}},
        {"spec": {"jobTemplate": pod({})}},
    ),
    Pair(
        "privileged-container",
        "kubernetes:core/v1:Pod",
        {"spec": {"initContainers": [{"name": "first", "securityContext": {"privileged": True}}]}},
        {"spec": {"initContainers": [{"name": "first"}]}},
        said="Container first must not be privileged",
    ),
)
