"""What holds data, and the keys and doors to it."""

import json

from tests.policies.pair import (
    ALL_LOCKS,
    EKS,
    INGRESS,
    KEY,
    LOGS,
    MSK,
    RDS,
    REDIS,
    ROOT,
    SSE,
    Pair,
    image,
    policy,
    sse,
    template,
    world,
)

ENCRYPTION = (
    Pair("unencrypted-data", RDS, {}, {"storageEncrypted": True, "kmsKeyId": KEY}, said="storageEncrypted is off"),
    Pair("unencrypted-data", RDS, {"storageEncrypted": True}, {"storageEncrypted": True, "kmsKeyId": KEY}),
    Pair(
        "unencrypted-data",
        "aws:rds/instance:Instance",
        {"storageEncrypted": False, "kmsKeyId": KEY},
        {"replicateSourceDb": "primary"},
    ),
    Pair(
        "unencrypted-data",
        REDIS,
        {"atRestEncryptionEnabled": True, "kmsKeyId": KEY},
        {"atRestEncryptionEnabled": True, "transitEncryptionEnabled": True, "kmsKeyId": KEY},
        said="transitEncryptionEnabled is off",
    ),
    Pair("unencrypted-data", REDIS, {}, {"globalReplicationGroupId": "g"}),
    Pair(
        "unencrypted-data",
        MSK,
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
    Pair("unencrypted-data", LOGS, {"name": "l"}, {"name": "l", "kmsKeyId": KEY}),
    Pair("unencrypted-data", SSE, sse("AES256"), sse("aws:kms")),
    Pair("unencrypted-data", "aws:ecr/repository:Repository", image("AES256"), image("KMS")),
    Pair("unencrypted-data", "aws:ec2/launchTemplate:LaunchTemplate", template("false"), template("true")),
    Pair(
        "unencrypted-data",
        "aws:ec2/instance:Instance",
        {"rootBlockDevice": {"volumeType": "gp3"}},
        {"rootBlockDevice": {"volumeType": "gp3", "encrypted": True}},
    ),
    Pair(
        "unencrypted-data",
        EKS,
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
EXPOSURE = (
    Pair("public-data", "aws:rds/clusterInstance:ClusterInstance", {"publiclyAccessible": True}, {}),
    Pair("public-data", "aws:s3/bucket:Bucket", {"acl": "public-read"}, {"acl": "private"}),
    Pair(
        "public-data",
        "aws:s3/bucketPublicAccessBlock:BucketPublicAccessBlock",
        {**ALL_LOCKS, "restrictPublicBuckets": False},
        ALL_LOCKS,
        said="restrictPublicBuckets is off",
    ),
    Pair(
        "public-data",
        "aws:s3/bucketPolicy:BucketPolicy",
        {"policy": policy(Principal="*", Action="s3:GetObject", Resource="*")},
        {"policy": policy(Principal={"AWS": ROOT}, Action="s3:GetObject", Resource="*")},
        said="allows s3:GetObject to anybody",
    ),
    Pair(
        "public-data",
        "aws:kms/key:Key",
        {"policy": policy(Principal={"AWS": ["*"]}, Action="kms:*", Resource="*")},
        {"policy": json.dumps({"Statement": {"Effect": "Deny", "Principal": "*", "Action": "kms:*"}})},
    ),
    Pair(
        "public-data",
        EKS,
        {"vpcConfig": {"endpointPublicAccess": True}},
        {"vpcConfig": {"endpointPublicAccess": True, "publicAccessCidrs": ["203.0.113.0/24"]}},
    ),
    Pair(
        "public-data",
        MSK,
        {"brokerNodeGroupInfo": {"connectivityInfo": {"publicAccess": {"type": "SERVICE_PROVIDED_EIPS"}}}},
        {"brokerNodeGroupInfo": {"connectivityInfo": {"publicAccess": {"type": "DISABLED"}}}},
    ),
)
INGRESSES = (
    Pair(
        "open-ingress",
        INGRESS,
        world(fromPort=5432, toPort=5432, cidrIpv4="0.0.0.0/0"),
        world(fromPort=5432, toPort=5432, cidrIpv4="10.16.0.0/16"),
        said="lets 0.0.0.0/0 in at ports 5432 to 5432",
    ),
    Pair(
        "open-ingress",
        INGRESS,
        world(fromPort=443, toPort=8443, cidrIpv6="::/0"),
        world(fromPort=443, toPort=443, cidrIpv6="::/0"),
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
KEYS = (
    Pair("unrotated-key", "aws:kms/key:Key", {}, {"enableKeyRotation": True}),
    Pair(
        "unrotated-key",
        "aws:kms/key:Key",
        {"enableKeyRotation": True, "rotationPeriodInDays": 2560},
        {"customerMasterKeySpec": "ECC_NIST_P256", "keyUsage": "SIGN_VERIFY"},
        said="rotationPeriodInDays is 2560",
    ),
)
