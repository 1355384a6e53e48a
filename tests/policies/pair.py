"""A resource that a rule stops and a near twin that it lets pass, and what many of them are made of."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from policies.profiles import TAGS, Profile
from policies.rule import Resource

KEY = "arn:aws:kms:us-east-1:000000000101:key/a"
TAGGED = dict.fromkeys(TAGS, "x")
EU = Profile(region="eu-west-1", regions=frozenset({"eu-west-1"}))
US = Profile(region="us-east-1", regions=frozenset({"us-east-1", "us-west-2"}))
STAGING = Profile(account="000000000102", region="us-east-1", regions=frozenset({"us-east-1"}))
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


def policy(**statement: Any) -> str:
    return json.dumps({"Version": "2012-10-17", "Statement": [{"Effect": "Allow"} | statement]})


def pod(container: Inputs, **spec: Any) -> Inputs:
    return {"spec": {"template": {"spec": {"containers": [{"name": "main", **container}], **spec}}}}


def world(**inputs: Any) -> Inputs:
    return {"securityGroupId": "sg-1", "ipProtocol": "tcp", **inputs}


ROOT = "arn:aws:iam::000000000101:root"
LIMITED = {"resources": {"limits": {"memory": "1Gi"}}, "securityContext": {"runAsNonRoot": True}}
ALL_LOCKS = dict.fromkeys(("blockPublicAcls", "blockPublicPolicy", "ignorePublicAcls", "restrictPublicBuckets"), True)
ALL_LOGS = ["api", "audit", "authenticator", "controllerManager", "scheduler"]
REDIS, MSK = "aws:elasticache/replicationGroup:ReplicationGroup", "aws:msk/cluster:Cluster"
SSE = "aws:s3/bucketServerSideEncryptionConfiguration:BucketServerSideEncryptionConfiguration"
INGRESS = "aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule"
DEPLOYMENT = "kubernetes:apps/v1:Deployment"
EKS, RDS, LOGS = "aws:eks/cluster:Cluster", "aws:rds/cluster:Cluster", "aws:cloudwatch/logGroup:LogGroup"


def sse(algorithm: str) -> Inputs:
    return {"bucket": "b", "rules": [{"applyServerSideEncryptionByDefault": {"sseAlgorithm": algorithm}}]}


def image(immutable: str) -> Inputs:
    return {"encryptionConfigurations": [{"encryptionType": immutable, "kmsKey": KEY}]}


def template(encrypted: str) -> Inputs:
    return {"blockDeviceMappings": [{"deviceName": "/dev/xvda", "ebs": {"encrypted": encrypted}}]}


def resource(type_: str, props: Inputs, name: str = "one", **more: Any) -> Resource:
    """A resource of a stack, with no provider of its own."""
    return Resource(type=type_, name=name, urn=f"urn:pulumi:test::platform::{type_}::{name}", props=props, **more)
