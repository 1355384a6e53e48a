"""IAM policy documents as plain functions of plain values."""

import json
from collections.abc import Mapping, Sequence
from typing import Any

from components.aws.partitions import service_principal

Statement = Mapping[str, Any]
Condition = Mapping[str, Mapping[str, str | Sequence[str]]]


def document(*statements: Statement) -> str:
    """A policy document as JSON; equal statements give equal text, so that nothing changes needlessly."""
    return json.dumps({"Version": "2012-10-17", "Statement": list(statements)})


def allow(
    actions: Sequence[str], resources: str | Sequence[str], condition: Condition | None = None, sid: str | None = None
) -> Statement:
    """An identity policy's statement; everything on everything is refused (IAM-02)."""
    if "*" in actions and "*" in ([resources] if isinstance(resources, str) else resources):
        raise ValueError("a policy allows Action * on Resource *; name the actions and the resources")
    return _statement(sid, None, actions, resources, condition)


def allow_principal(
    sid: str, principal: Mapping[str, str], actions: str | Sequence[str], condition: Condition | None = None
) -> Statement:
    """A resource policy's statement about the resource that carries it."""
    return _statement(sid, principal, actions, "*", condition)


def deny_others(sid: str, principal_arn: str, actions: str | Sequence[str]) -> Statement:
    """A resource policy's refusal for everybody but one principal; a role's sessions count as the role."""
    others = {"ArnNotEquals": {"aws:PrincipalArn": principal_arn}}
    return {**_statement(sid, {"AWS": "*"}, actions, "*", others), "Effect": "Deny"}


def refuse_plain(bucket_arn: str) -> Statement:
    """A bucket policy's refusal of every request that does not come over TLS."""
    plain = {"Bool": {"aws:SecureTransport": "false"}}
    everything = [bucket_arn, f"{bucket_arn}/*"]
    return {**_statement("TLS only", {"AWS": "*"}, "s3:*", everything, plain), "Effect": "Deny"}


def trust(principal: Mapping[str, str], actions: str | Sequence[str], condition: Condition | None = None) -> str:
    """Who may assume a role, and under which condition."""
    return document(_statement(None, principal, actions, None, condition))


def trust_service(service: str, account: str | None = None) -> str:
    """Trust in an AWS service, bound to one account where the service says on whose behalf it acts."""
    bound = {"StringEquals": {"aws:SourceAccount": account}} if account else None
    return trust({"Service": service_principal(service)}, "sts:AssumeRole", bound)


def trust_service_account(provider_arn: str, issuer: str, namespace: str, service_account: str) -> str:
    """IRSA: one service account of one cluster, by subject and by audience; `issuer` is the OIDC address."""
    subject = f"system:serviceaccount:{namespace}:{service_account}"
    return _trust_token(provider_arn, issuer.removeprefix("https://"), subject)


def trust_pod_identity(account: str, cluster_arn: str) -> str:
    """EKS Pod Identity: pods of one cluster; the association names the service account."""
    bound = {"StringEquals": {"aws:SourceAccount": account}, "ArnEquals": {"aws:SourceArn": cluster_arn}}
    return trust({"Service": service_principal("pods.eks")}, ["sts:AssumeRole", "sts:TagSession"], bound)


def trust_workflow(provider_arn: str, host: str, repository: str, refs: Sequence[str]) -> str:
    """CI by OIDC: workflows of one repository, running on one of these refs, which may end in * (IAM-03)."""
    subjects = [f"repo:{repository}:ref:{ref}" for ref in refs]
    pinned: Condition = {
        "StringEquals": {f"{host}:aud": service_principal("sts")},
        "StringLike": {f"{host}:sub": subjects},
    }
    return trust({"Federated": provider_arn}, "sts:AssumeRoleWithWebIdentity", pinned)


def trust_environments(provider_arn: str, host: str, repository: str, environments: Sequence[str]) -> str:
    """CI by OIDC: jobs of one repository in one of these deployment environments, which admit no wildcard (CMP-11)."""
    subjects = [f"repo:{repository}:environment:{environment}" for environment in environments]
    return _trust_token(provider_arn, host, subjects)


def _trust_token(provider_arn: str, host: str, subject: str | Sequence[str]) -> str:
    """Whoever has a token of this subject, or of one of these, as they stand, for AWS's audience."""
    pinned = {
        f"{host}:sub": subject,
        f"{host}:aud": service_principal("sts"),
    }
    return trust({"Federated": provider_arn}, "sts:AssumeRoleWithWebIdentity", {"StringEquals": pinned})


def _statement(
    sid: str | None,
    principal: Mapping[str, str] | None,
    actions: str | Sequence[str],
    resources: str | Sequence[str] | None,
    condition: Condition | None,
) -> Statement:
    parts = {
        "Sid": sid,
        "Effect": "Allow",
        "Principal": principal,
        "Action": actions,
        "Resource": resources,
        "Condition": condition,
    }
    return {key: value for key, value in parts.items() if value is not None}
