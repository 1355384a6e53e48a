"""Aurora PostgreSQL: a database that stands alone, or a member of a global one (DATA-01, DATA-03)."""

import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import pulumi
from pulumi_aws import cloudwatch, rds

from components.aws.administrator import Administrator, AdministratorArgs
from components.aws.database_parameters import parameter_group
from components.aws.firewall import Firewall, Rule, let_in
from components.aws.iam import Duty, Role
from components.aws.membership import Membership, watch_lag
from components.aws.place import Place
from components.aws.policies import trust_service
from components.aws.store_access import StoreAccess, database_statements

ENGINE = rds.EngineType.AURORA_POSTGRESQL
PORT = 5432
NAME = "platform"  # of the database in the cluster, which a member of a pair has from its writer
ADMINISTRATOR = "platform"
MONITORING_SECONDS = 60
INSIGHTS_DAYS = 7


def identifier(prefix: str) -> str:
    """The name of a stack's cluster, which another stack of its pair derives too."""
    return f"{prefix}-database"


@dataclass(frozen=True, kw_only=True)
class DatabaseArgs:
    """`subnet_ids` by zone; `clients` are the security groups that may connect, by what they are.

    `version` is major.minor; retention is in days, of points in time for backups. `secret_replicas` are the regions
    that get the administrator's secret too, with the ARN of a key there. `tags` are the cluster's. `alarm_topics` hear
    of a reader that is behind. `protect` refuses to destroy.
    """

    prefix: str
    place: Place
    vpc_id: pulumi.Input[str]
    subnet_ids: Mapping[str, pulumi.Input[str]]
    clients: Mapping[str, pulumi.Input[str]]
    key_arn: pulumi.Input[str]
    secrets_key_arn: pulumi.Input[str]
    log_key_arn: pulumi.Input[str]
    version: str
    instance_class: str
    instances: int
    membership: Membership | None = None
    alarm_topics: Sequence[pulumi.Input[str]] = ()
    backup_retention_days: int = 35
    log_retention_days: int = 365
    secret_replicas: Mapping[str, pulumi.Input[str]] = field(default_factory=dict)
    tags: Mapping[str, str] = field(default_factory=dict)
    protect: bool = True


class Database(pulumi.ComponentResource):
    """A cluster in the database subnets, encrypted with its own key, reachable over TLS by its clients only."""

    cluster_arn: pulumi.Output[str]
    identifier: pulumi.Output[str]
    endpoint: pulumi.Output[str]
    reader_endpoint: pulumi.Output[str]
    resource_id: pulumi.Output[str]
    security_group_id: pulumi.Output[str]

    def __init__(self, name: str, args: DatabaseArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__("platform:aws:Database", name, None, opts)
        self._name, self._args = name, args
        self._physical = identifier(args.prefix)
        self._child = pulumi.ResourceOptions(parent=self)
        self._kept = pulumi.ResourceOptions(parent=self, protect=args.protect)
        self._firewall = Firewall(name, self._physical, "Clients of the database", args.vpc_id, self)
        family = f"{ENGINE.value}{args.version.partition('.')[0]}"
        self._parameters = parameter_group(name, self._physical, family, self._child)
        self.cluster = self._create_cluster(self._log_group())
        self._create_instances()
        self._let_clients_in(after=self._administer())
        self.cluster_arn, self.identifier = self.cluster.arn, self.cluster.cluster_identifier
        self.endpoint, self.reader_endpoint = self.cluster.endpoint, self.cluster.reader_endpoint
        self.resource_id, self.security_group_id = self.cluster.cluster_resource_id, self._firewall.id
        self.register_outputs({"endpoint": self.endpoint, "cluster_arn": self.cluster_arn})

    def access(self, user: str) -> StoreAccess:
        """As a database user of that name, with a token of IAM. A reader is read where it follows, and written never.

        The cluster's own endpoint of a reader answers as soon as a failover has made it the writer.
        """
        membership = self._args.membership
        follows = membership is not None and membership.role == "reader"
        reads = self.reader_endpoint if follows else self.endpoint
        return StoreAccess(
            bridge={
                "database_host": self.endpoint,
                "database_read_host": reads,
                "database_name": NAME,
                "database_user": user,
            },
            statements=self.resource_id.apply(lambda id_: database_statements(self._args.place, id_, user)),
        )

    def _log_group(self) -> cloudwatch.LogGroup:
        """Made here, or the service makes one without key and end."""
        return cloudwatch.LogGroup(
            self._name,
            name=f"/aws/rds/cluster/{self._physical}/postgresql",
            retention_in_days=self._args.log_retention_days,
            kms_key_id=self._args.log_key_arn,
            tags={"Name": self._physical},
            opts=self._child,
        )

    def _create_cluster(self, logs: pulumi.Resource) -> rds.Cluster:
        args = self._args
        subnets = rds.SubnetGroup(
            self._name,
            name=self._physical,
            description="Database subnets",
            subnet_ids=list(args.subnet_ids.values()),
            tags={"Name": self._physical},
            opts=self._child,
        )
        identity, ignored = self._identity()
        return rds.Cluster(
            self._name,
            cluster_identifier=self._physical,
            engine=ENGINE,
            engine_version=args.version,
            db_subnet_group_name=subnets.name,
            db_cluster_parameter_group_name=self._parameters.name,
            vpc_security_group_ids=[self._firewall.id],
            storage_encrypted=True,
            kms_key_id=args.key_arn,
            iam_database_authentication_enabled=True,
            backup_retention_period=args.backup_retention_days,
            copy_tags_to_snapshot=True,
            enabled_cloudwatch_logs_exports=["postgresql"],
            deletion_protection=args.protect,
            skip_final_snapshot=not args.protect,
            final_snapshot_identifier=f"{self._physical}-final" if args.protect else None,
            tags={"Name": self._physical, **args.tags},
            opts=pulumi.ResourceOptions(parent=self, protect=args.protect, depends_on=[logs], ignore_changes=ignored),
            **identity,
        )

    def _identity(self) -> tuple[dict[str, Any], list[str]]:
        """Whose data it holds and who administers it, with what a failover or a rotation changes behind our back."""
        membership = self._args.membership
        if membership is None:
            managed = {
                "manage_master_user_password": True,
                "master_user_secret_kms_key_id": self._args.secrets_key_arn,
            }
            return {"database_name": NAME, "master_username": ADMINISTRATOR, **managed}, []
        moved = ["globalClusterIdentifier", "replicationSourceIdentifier"]
        if membership.role == "reader":
            watch_lag(self._name, self._physical, membership.max_lag_seconds, self._args.alarm_topics, self._child)
            return {"global_cluster_identifier": membership.name}, moved
        joined = rds.GlobalCluster(
            self._name,
            global_cluster_identifier=membership.name,
            engine=ENGINE,
            engine_version=self._args.version,
            storage_encrypted=True,
            deletion_protection=self._args.protect,
            tags={"Name": membership.name},
            opts=self._kept,
        )
        # Members of a global database cannot have a password that the service manages. This one is never read: the
        # rotation replaces it before the first client is let in.
        return {
            "global_cluster_identifier": joined.global_cluster_identifier,
            "database_name": NAME,
            "master_username": ADMINISTRATOR,
            "master_password": pulumi.Output.secret(secrets.token_urlsafe(32)),
        }, [*moved, "masterPassword"]

    def _administer(self) -> Sequence[pulumi.Resource]:
        """What must have happened before the administrator's password is one that nobody knows."""
        args = self._args
        if args.membership is None or args.membership.role == "reader":
            return ()
        administrator = Administrator(
            f"{self._name}-administrator",
            AdministratorArgs(
                prefix=args.prefix,
                place=args.place,
                username=ADMINISTRATOR,
                cluster=self._physical,
                cluster_arn=self.cluster.arn,
                global_database=args.membership.name,
                key_arn=args.secrets_key_arn,
                log_key_arn=args.log_key_arn,
                replicas=args.secret_replicas,
                log_retention_days=args.log_retention_days,
                protect=args.protect,
            ),
            self._child,
        )
        return administrator.ready

    def _let_clients_in(self, after: Sequence[pulumi.Resource]) -> None:
        opts = pulumi.ResourceOptions(parent=self, depends_on=list(after))
        for what, group in self._args.clients.items():
            rule = Rule(description=f"PostgreSQL from {what}", ports=PORT, group=group)
            let_in(f"{self._name}-{what}", self._firewall.id, rule, opts)

    def _create_instances(self) -> None:
        args = self._args
        role = Role(
            f"{self._name}-monitoring",
            Duty(
                description=f"Metrics of the hosts of {self._physical}",
                trust=trust_service("monitoring.rds", args.place.account),
                managed=[args.place.managed_policy("service-role/AmazonRDSEnhancedMonitoringRole")],
            ),
            self,
        )
        for number in range(1, args.instances + 1):
            rds.ClusterInstance(
                f"{self._name}-{number}",
                identifier=f"{self._physical}-{number}",
                cluster_identifier=self.cluster.cluster_identifier,
                engine=ENGINE,
                engine_version=self.cluster.engine_version,
                instance_class=args.instance_class,
                publicly_accessible=False,
                auto_minor_version_upgrade=False,
                promotion_tier=number - 1,
                monitoring_interval=MONITORING_SECONDS,
                monitoring_role_arn=role.arn,
                performance_insights_enabled=True,
                performance_insights_kms_key_id=args.key_arn,
                performance_insights_retention_period=INSIGHTS_DAYS,
                tags={"Name": f"{self._physical}-{number}"},
                opts=pulumi.ResourceOptions(parent=self, protect=args.protect, depends_on=role.ready),
            )
