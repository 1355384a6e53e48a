"""The administrator's password of a database that cannot manage its own: generated, rotated and replicated by AWS."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from importlib.resources import files

import pulumi
from pulumi_aws import cloudwatch, lambda_, secretsmanager

from components.aws.iam import Duty, Role
from components.aws.partitions import service_principal
from components.aws.place import Place
from components.aws.policies import allow, document, trust_service

RUNTIME = "python3.13"
TIMEOUT_SECONDS = 180
CHANGE = [
    *("secretsmanager:DescribeSecret", "secretsmanager:GetSecretValue", "secretsmanager:PutSecretValue"),
    "secretsmanager:UpdateSecretVersionStage",
]


@dataclass(frozen=True, kw_only=True)
class AdministratorArgs:
    """`replicas` are other regions that get a copy, each with the ARN of its own key; it rotates after days.

    `global_database` is what the cluster is a member of; it does not rotate while another member writes.
    """

    prefix: str
    place: Place
    username: str
    cluster: str
    cluster_arn: pulumi.Input[str]
    global_database: str
    key_arn: pulumi.Input[str]
    log_key_arn: pulumi.Input[str]
    replicas: Mapping[str, pulumi.Input[str]] = field(default_factory=dict)
    rotation_days: int = 30
    log_retention_days: int = 365
    protect: bool = True


class Administrator(pulumi.ComponentResource):
    """A secret whose value this program never sees: its first rotation generates one at once (SEC-07)."""

    secret_arn: pulumi.Output[str]
    ready: Sequence[pulumi.Resource]

    def __init__(self, name: str, args: AdministratorArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__("platform:aws:Administrator", name, None, opts)
        self._name, self._args = name, args
        self._physical = f"{args.prefix}-database-administrator"
        self._child = pulumi.ResourceOptions(parent=self)
        secret, named = self._create_secret()
        function, allowed = self._create_function(secret)
        rotation = secretsmanager.SecretRotation(
            name,
            secret_id=secret.id,
            rotation_lambda_arn=function.arn,
            rotate_immediately=True,
            rotation_rules=secretsmanager.SecretRotationRotationRulesArgs(automatically_after_days=args.rotation_days),
            opts=pulumi.ResourceOptions(parent=self, depends_on=[allowed, named]),
        )
        self.secret_arn, self.ready = secret.arn, [rotation]
        self.register_outputs({"secret_arn": self.secret_arn})

    def _create_secret(self) -> tuple[secretsmanager.Secret, secretsmanager.SecretVersion]:
        """With a first version that names the user, since one without any cannot be rotated."""
        secret = secretsmanager.Secret(
            self._name,
            name=self._physical,
            description=f"Administrator of {self._args.cluster}",
            kms_key_id=self._args.key_arn,
            replicas=[
                secretsmanager.SecretReplicaArgs(region=region, kms_key_id=key)
                for region, key in self._args.replicas.items()
            ],
            recovery_window_in_days=30 if self._args.protect else 0,
            tags={"Name": self._physical},
            opts=pulumi.ResourceOptions(parent=self, protect=self._args.protect),
        )
        named = secretsmanager.SecretVersion(
            self._name,
            secret_id=secret.id,
            secret_string=json.dumps({"username": self._args.username}),
            opts=pulumi.ResourceOptions(parent=self, ignore_changes=["secretString", "versionStages"]),
        )
        return secret, named

    def _create_function(self, secret: secretsmanager.Secret) -> tuple[lambda_.Function, lambda_.Permission]:
        logs = cloudwatch.LogGroup(
            self._name,
            name=f"/aws/lambda/{self._physical}",
            retention_in_days=self._args.log_retention_days,
            kms_key_id=self._args.log_key_arn,
            tags={"Name": self._physical},
            opts=self._child,
        )
        role = self._create_role(secret, logs)
        source = files("services.rotation").joinpath("administrator.py").read_text()
        function = lambda_.Function(
            self._name,
            name=self._physical,
            description=f"Rotates the administrator's password of {self._args.cluster}",
            runtime=RUNTIME,
            handler="administrator.handler",
            code=pulumi.AssetArchive({"administrator.py": pulumi.StringAsset(source)}),
            role=role.arn,
            timeout=TIMEOUT_SECONDS,
            environment=lambda_.FunctionEnvironmentArgs(
                variables={
                    "CLUSTER": self._args.cluster,
                    "GLOBAL_DATABASE": self._args.global_database,
                    "USERNAME": self._args.username,
                }
            ),
            tags={"Name": self._physical},
            opts=pulumi.ResourceOptions(parent=self, depends_on=[logs, *role.ready]),
        )
        permission = lambda_.Permission(
            self._name,
            function=function.name,
            action="lambda:InvokeFunction",
            principal=service_principal("secretsmanager"),
            source_account=self._args.place.account,
            opts=self._child,
        )
        return function, permission

    def _create_role(self, secret: secretsmanager.Secret, logs: cloudwatch.LogGroup) -> Role:
        shared = self._args.place.global_arn("rds", f"global-cluster:{self._args.global_database}")
        known = pulumi.Output.all(secret.arn, self._args.cluster_arn, shared, self._args.key_arn, logs.arn)
        duty = Duty(
            description=f"Rotates the administrator's password of {self._args.cluster}",
            trust=trust_service("lambda"),
            policy=known.apply(lambda arns: rotation_policy(*arns)),
        )
        return Role(self._name, duty, self)


def rotation_policy(secret_arn: str, cluster_arn: str, shared_arn: str, key_arn: str, log_group_arn: str) -> str:
    """Changes one secret and one cluster's password, and nothing else."""
    return document(
        allow(CHANGE, secret_arn),
        allow(["secretsmanager:GetRandomPassword"], "*"),
        allow(["rds:DescribeDBClusters", "rds:ModifyDBCluster"], cluster_arn),
        allow(["rds:DescribeGlobalClusters"], shared_arn),
        allow(["kms:Decrypt", "kms:GenerateDataKey"], key_arn),
        allow(["logs:CreateLogStream", "logs:PutLogEvents"], f"{log_group_arn}:*"),
    )
