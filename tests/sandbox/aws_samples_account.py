"""Samples of what is not in a network: keys, log groups, IAM, registries."""

import json

from sandbox.providers.protocol import Props
from tests.sandbox.aws_world import ABSENT, ACCOUNT, TAGS, Sample, World, document, records, replaces, trust, updates

_LIFE = {"tagStatus": "any", "countType": "imageCountMoreThan"}


def lifecycle(count: int) -> str:
    """A lifecycle policy that keeps so many images."""
    rule = {"rulePriority": 1, "selection": {**_LIFE, "countNumber": count}, "action": {"type": "expire"}}
    return json.dumps({"rules": [rule]})


def primary(world: World) -> str:
    """A key that can be replicated."""
    return str(world.make("Key", multiRegion=True)["arn"])


def _rules(region: str) -> Props:
    filters = [{"filter": "payment", "filterType": "PREFIX_MATCH"}]
    return {"rules": [{"destinations": [{"region": region, "registryId": ACCOUNT}], "repositoryFilters": filters}]}


SAMPLES: dict[str, Sample] = {
    "aws:kms/key:Key": lambda w: {
        "description": updates("Disks", "Logs"),
        "deletionWindowInDays": records(30, 7),
        "enableKeyRotation": updates(True, False),
        "multiRegion": replaces(False, True),
        "policy": updates(
            document("kms:*", Principal="*", Resource="*"), document("kms:Decrypt", Principal="*", Resource="*")
        ),
        "keyUsage": replaces(ABSENT, "SIGN_VERIFY"),
        "customerMasterKeySpec": replaces("SYMMETRIC_DEFAULT", "ECC_NIST_P256"),
        **TAGS,
    },
    "aws:kms/alias:Alias": lambda w: {
        "name": replaces("alias/one", "alias/two"),
        "targetKeyId": updates(w.keys[0]["keyId"], w.keys[1]["keyId"]),
    },
    "aws:kms/replicaKey:ReplicaKey": lambda w: {
        "primaryKeyArn": replaces(primary(w), primary(w)),
        "region": replaces("us-west-2", "eu-west-1"),
        "description": updates("Disks", "Logs"),
        "deletionWindowInDays": records(30, 7),
        "policy": updates(
            document("kms:*", Principal="*", Resource="*"), document("kms:Decrypt", Principal="*", Resource="*")
        ),
        **TAGS,
    },
    "aws:cloudwatch/logGroup:LogGroup": lambda w: {
        "name": replaces("/one", "/two"),
        "retentionInDays": updates(30, ABSENT),
        "kmsKeyId": updates(w.keys[0]["arn"], w.keys[1]["arn"]),
        **TAGS,
    },
    "aws:iam/role:Role": lambda w: {
        "name": replaces("one", "two"),
        "assumeRolePolicy": updates(trust("eks"), trust("ec2")),
        "description": updates("One", ABSENT),
        "maxSessionDuration": updates(ABSENT, 7200),
        "permissionsBoundary": updates(ABSENT, "arn:aws:iam::aws:policy/AmazonEKSClusterPolicy"),
        "path": replaces(ABSENT, "/teams/"),
        **TAGS,
    },
    "aws:iam/rolePolicy:RolePolicy": lambda w: {
        "name": replaces("one", "two"),
        "role": replaces(w.roles[0]["name"], w.roles[1]["name"]),
        "policy": updates(document(Resource="*"), document("s3:PutObject", Resource="*")),
    },
    "aws:iam/rolePolicyAttachment:RolePolicyAttachment": lambda w: {
        "role": replaces(w.roles[0]["name"], w.roles[1]["name"]),
        "policyArn": replaces(
            "arn:aws:iam::aws:policy/AmazonEKSClusterPolicy", "arn:aws:iam::aws:policy/AmazonEKSWorkerNodePolicy"
        ),
    },
    "aws:iam/openIdConnectProvider:OpenIdConnectProvider": lambda w: {
        "url": replaces("https://oidc.example.com/one", "https://oidc.example.com/two"),
        "clientIdLists": updates(["sts.amazonaws.com"], ["sts.amazonaws.com", "another"]),
        **TAGS,
    },
    "aws:iam/serviceLinkedRole:ServiceLinkedRole": lambda w: {
        "awsServiceName": replaces("autoscaling.amazonaws.com", "spot.amazonaws.com"),
        "customSuffix": replaces(ABSENT, "two"),
        "description": updates(ABSENT, "Scales"),
        **TAGS,
    },
    "aws:iam/instanceProfile:InstanceProfile": lambda w: {
        "name": replaces("one", "two"),
        "role": updates(w.roles[0]["name"], w.roles[1]["name"]),
        "path": replaces(ABSENT, "/teams/"),
        **TAGS,
    },
    "aws:ecr/repository:Repository": lambda w: {
        "name": replaces("one", "two"),
        "imageTagMutability": updates("IMMUTABLE", "MUTABLE"),
        "imageScanningConfiguration": updates({"scanOnPush": True}, {"scanOnPush": False}),
        "encryptionConfigurations": replaces(
            [{"encryptionType": "KMS", "kmsKey": w.keys[0]["arn"]}],
            [{"encryptionType": "KMS", "kmsKey": w.keys[1]["arn"]}],
        ),
        "forceDelete": records(ABSENT, True),
        **TAGS,
    },
    "aws:ecr/lifecyclePolicy:LifecyclePolicy": lambda w: {
        "repository": replaces(w.repository, w.make("Repository", name="other")["id"]),
        "policy": updates(lifecycle(100), lifecycle(10)),
    },
    "aws:ecr/repositoryPolicy:RepositoryPolicy": lambda w: {
        "repository": replaces(w.repository, w.make("Repository", name="other")["id"]),
        "policy": updates(document("ecr:BatchGetImage", Principal="*"), document("ecr:PutImage", Principal="*")),
    },
    "aws:ecr/replicationConfiguration:ReplicationConfiguration": lambda w: {
        "replicationConfiguration": updates(_rules("us-west-2"), _rules("eu-west-1"))
    },
}
