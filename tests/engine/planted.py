"""A resource for each rule of the policy pack that breaks it, and a program that plants them beside sound ones."""

import json
from collections.abc import Collection, Mapping
from typing import NamedTuple

HEAD = '''"""Planted by a test."""

import json

import pulumi
import pulumi_aws as aws
import pulumi_kubernetes as kubernetes

names = ("Environment", "Application", "ManagedBy", "Compliance", "CostCenter")


def provider(name, region, **tags):
    default = aws.ProviderDefaultTagsArgs(tags=tags)
    made = aws.Provider(name, region=region, allowed_account_ids=["000000000199"], default_tags=default)
    return pulumi.ResourceOptions(provider=made, protect=True)


kept = provider("aws", "us-east-1", **dict.fromkeys(names, "slice"))
anonymous = provider("anonymous", "us-east-1")
abroad = provider("abroad", "us-west-2", **dict.fromkeys(names, "slice"))
bare = pulumi.ResourceOptions(provider=kept.provider)
allow = {"Effect": "Allow", "Principal": {"AWS": "arn:aws:iam::000000000199:root"}, "Action": "kms:*", "Resource": "*"}


def policy(**changes):
    return json.dumps({"Version": "2012-10-17", "Statement": [allow | changes]})


def identity(action, resource):
    statement = {"Effect": "Allow", "Action": action, "Resource": resource}
    return json.dumps({"Version": "2012-10-17", "Statement": [statement]})


trusted = {"Effect": "Allow", "Principal": {"Service": "ec2.amazonaws.com"}, "Action": "sts:AssumeRole"}
role = aws.iam.Role("role", assume_role_policy=json.dumps({"Version": "2012-10-17", "Statement": [trusted]}), opts=kept)
sound = aws.kms.Key("sound", enable_key_rotation=True, policy=policy(), opts=kept)
vpc = aws.ec2.Vpc("watched", cidr_block="10.1.0.0/16", opts=kept)
logs = aws.cloudwatch.LogGroup("sound", retention_in_days=365, kms_key_id=sound.arn, opts=kept)
aws.ec2.FlowLog(
    "sound", vpc_id=vpc.id, traffic_type="ALL", log_destination=logs.arn, iam_role_arn=role.arn, opts=kept
)
group = aws.ec2.SecurityGroup("sound", vpc_id=vpc.id, description="sound", opts=kept)
cluster = kubernetes.Provider("cluster", kubeconfig=sound.arn)


def workload(name, container=None, **spec):
    limited = {"resources": {"limits": {"memory": "1Gi"}}, "securityContext": {"runAsNonRoot": True}}
    pod = {"containers": [{"name": "main", "image": "example:1", **limited, **(container or {})}], **spec}
    labels = {"app": name}
    template = {"metadata": {"labels": labels}, "spec": pod}
    kubernetes.apps.v1.Deployment(
        name,
        metadata={"name": name, "namespace": "default"},
        spec={"selector": {"match_labels": labels}, "template": template},
        opts=pulumi.ResourceOptions(provider=cluster),
    )


workload("sound")
'''


class Plant(NamedTuple):
    """Lines of a program, in which the resource is called `bad-RULE`, and the types that they need."""

    lines: str
    types: Collection[str] = ()


_INGRESS = "security_group_id=group.id, ip_protocol='tcp', from_port=22, to_port=22, cidr_ipv4='0.0.0.0/0'"
_KEY_POLICY = "enable_key_rotation=True, policy=policy(Principal='*')"
PLANTS: Mapping[str, Plant] = {
    "unencrypted-data": Plant("aws.cloudwatch.LogGroup({name}, retention_in_days=365, opts=kept)"),
    "public-data": Plant(f"aws.kms.Key({{name}}, {_KEY_POLICY}, opts=kept)"),
    "open-ingress": Plant(f"aws.vpc.SecurityGroupIngressRule({{name}}, {_INGRESS}, opts=kept)"),
    "unrotated-key": Plant("aws.kms.Key({name}, enable_key_rotation=False, policy=policy(), opts=kept)"),
    "foreign-partition": Plant(
        "aws.iam.RolePolicy({name}, role=role.name, policy=identity('s3:Get*', 'arn:aws-us-gov:s3:::b'), opts=kept)"
    ),
    "plain-secret": Plant(
        "aws.cloudwatch.LogGroup({name}, retention_in_days=7, kms_key_id=sound.arn, "
        "tags={{'url': 'https://me:hunter2@example.com'}}, opts=kept)"
    ),
    "foreign-region": Plant("aws.kms.Key({name}, enable_key_rotation=True, policy=policy(), opts=abroad)"),
    "foreign-data": Plant(
        "aws.ec2.SnapshotCreateVolumePermission({name}, snapshot_id='snap-1', account_id='000000000198', opts=kept)",
        {"aws:ec2/snapshotCreateVolumePermission:SnapshotCreateVolumePermission"},
    ),
    "wildcard-iam": Plant("aws.iam.RolePolicy({name}, role=role.name, policy=identity('*', '*'), opts=kept)"),
    "static-key": Plant("aws.iam.AccessKey({name}, user='ci', opts=kept)", {"aws:iam/accessKey:AccessKey"}),
    "untagged": Plant("aws.kms.Key({name}, enable_key_rotation=True, policy=policy(), opts=anonymous)"),
    "missing-logs": Plant("aws.cloudwatch.LogGroup({name}, kms_key_id=sound.arn, opts=kept)"),
    "unprotected-data": Plant("aws.kms.Key({name}, enable_key_rotation=True, policy=policy(), opts=bare)"),
    "privileged-container": Plant(
        "workload({name}, {{'securityContext': {{'privileged': True, 'runAsNonRoot': True}}}})"
    ),
    "root-container": Plant("workload({name}, {{'securityContext': {{}}}})"),
    "unlimited-memory": Plant("workload({name}, {{'resources': {{}}}})"),
    "host-network": Plant("workload({name}, hostNetwork=True)"),
    "unencrypted-bucket": Plant("aws.s3.Bucket({name}, opts=kept)", {"aws:s3/bucket:Bucket"}),
    "open-bucket": Plant("aws.s3.Bucket({name}, opts=kept)", {"aws:s3/bucket:Bucket"}),
    "unwatched-network": Plant("aws.ec2.Vpc({name}, cidr_block='10.2.0.0/16', opts=kept)"),
}
"""Rule -> what breaks it."""


def program(rules: Collection[str]) -> str:
    """The source that plants what breaks these rules."""
    lines = [PLANTS[rule].lines.format(name=json.dumps(f"bad-{rule}")) for rule in rules]
    return "\n".join([HEAD, *lines, ""])
