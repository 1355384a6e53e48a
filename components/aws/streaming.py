"""Amazon MSK: Kafka over TLS, its clients known by IAM (DATA-02)."""

from collections.abc import Mapping
from dataclasses import dataclass

import pulumi
from pulumi_aws import cloudwatch, msk

from components.aws.firewall import Firewall, Rule
from components.aws.store_access import StoreAccess, streaming_statements

IAM_PORT = 9098  # TLS with IAM; the plain port of the seeds, 9092, is closed
# An acknowledged message stands in two zones; nobody makes a topic by misspelling one.
PROPERTIES: Mapping[str, str] = {
    "auto.create.topics.enable": "false",
    "default.replication.factor": "3",
    "min.insync.replicas": "2",
    "unclean.leader.election.enable": "false",
}


@dataclass(frozen=True, kw_only=True)
class StreamingArgs:
    """`subnet_ids` by zone, a broker or more in each; `clients` are security groups by what they are.

    The volume is in GiB per broker, retention in days; `protect` refuses to destroy.
    """

    prefix: str
    vpc_id: pulumi.Input[str]
    subnet_ids: Mapping[str, pulumi.Input[str]]
    clients: Mapping[str, pulumi.Input[str]]
    key_arn: pulumi.Input[str]
    log_key_arn: pulumi.Input[str]
    version: str
    instance_type: str
    brokers_per_zone: int
    volume_gb: int
    log_retention_days: int = 365
    protect: bool = True


class Streaming(pulumi.ComponentResource):
    """Brokers in the database subnets that lose no acknowledged message with a zone."""

    arn: pulumi.Output[str]
    bootstrap_brokers: pulumi.Output[str]
    security_group_id: pulumi.Output[str]

    def __init__(self, name: str, args: StreamingArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__("platform:aws:Streaming", name, None, opts)
        self._name, self._args = name, args
        self._physical = f"{args.prefix}-streaming"
        self._child = pulumi.ResourceOptions(parent=self)
        firewall = Firewall(name, self._physical, "Clients of the brokers", args.vpc_id, self)
        for what, group in args.clients.items():
            firewall.ingress(what, Rule(description=f"Kafka from {what}", ports=IAM_PORT, group=group))
        cluster = self._create_cluster(firewall)
        self.arn, self.bootstrap_brokers = cluster.arn, cluster.bootstrap_brokers_sasl_iam
        self.security_group_id = firewall.id
        self.register_outputs({"bootstrap_brokers": self.bootstrap_brokers})

    def access(self, user: str) -> StoreAccess:
        """To the topics and consumer groups that begin with the user's name."""
        return StoreAccess(
            bridge={"streaming_brokers": self.bootstrap_brokers},
            statements=self.arn.apply(lambda arn: streaming_statements(arn, user)),
        )

    def _create_cluster(self, firewall: Firewall) -> msk.Cluster:
        args = self._args
        configuration = msk.Configuration(
            self._name,
            name=self._physical,
            kafka_versions=[args.version],
            server_properties="".join(f"{key}={value}\n" for key, value in sorted(PROPERTIES.items())),
            opts=self._child,
        )
        return msk.Cluster(
            self._name,
            cluster_name=self._physical,
            kafka_version=args.version,
            number_of_broker_nodes=args.brokers_per_zone * len(args.subnet_ids),
            broker_node_group_info=self._brokers(firewall),
            configuration_info=msk.ClusterConfigurationInfoArgs(
                arn=configuration.arn, revision=configuration.latest_revision
            ),
            client_authentication=msk.ClusterClientAuthenticationArgs(
                sasl=msk.ClusterClientAuthenticationSaslArgs(iam=True), unauthenticated=False
            ),
            encryption_info=msk.ClusterEncryptionInfoArgs(
                encryption_at_rest_kms_key_arn=args.key_arn,
                encryption_in_transit=msk.ClusterEncryptionInfoEncryptionInTransitArgs(
                    client_broker="TLS", in_cluster=True
                ),
            ),
            enhanced_monitoring="PER_BROKER",
            logging_info=self._logging(),
            tags={"Name": self._physical},
            opts=pulumi.ResourceOptions(parent=self, protect=args.protect),
        )

    def _brokers(self, firewall: Firewall) -> msk.ClusterBrokerNodeGroupInfoArgs:
        args = self._args
        volume = msk.ClusterBrokerNodeGroupInfoStorageInfoEbsStorageInfoArgs(volume_size=args.volume_gb)
        return msk.ClusterBrokerNodeGroupInfoArgs(
            instance_type=args.instance_type,
            client_subnets=[args.subnet_ids[zone] for zone in sorted(args.subnet_ids)],
            security_groups=[firewall.id],
            storage_info=msk.ClusterBrokerNodeGroupInfoStorageInfoArgs(ebs_storage_info=volume),
        )

    def _logging(self) -> msk.ClusterLoggingInfoArgs:
        group = cloudwatch.LogGroup(
            self._name,
            name=f"/aws/msk/{self._physical}",
            retention_in_days=self._args.log_retention_days,
            kms_key_id=self._args.log_key_arn,
            tags={"Name": self._physical},
            opts=self._child,
        )
        logs = msk.ClusterLoggingInfoBrokerLogsCloudwatchLogsArgs(enabled=True, log_group=group.name)
        return msk.ClusterLoggingInfoArgs(broker_logs=msk.ClusterLoggingInfoBrokerLogsArgs(cloudwatch_logs=logs))
