"""MSK: Kafka clusters and their configurations."""

from collections.abc import Callable
from typing import Any

from sandbox.providers.aws.kind import Cloud, Update, one
from sandbox.providers.aws.row import Call, Row, Wait
from sandbox.providers.protocol import Props

READY = Wait("CREATING UPDATING MAINTENANCE DELETING", "ACTIVE", at="state", why="[stateInfo.message]")


def _properties(cloud: Cloud, known: Props) -> Props:
    """The text lies in the latest revision."""
    latest = known["latestRevision"]["revision"]
    told = cloud("kafka").describe_configuration_revision(Arn=known["arn"], Revision=latest)
    return {"serverProperties": told["ServerProperties"].decode()}


def _brokers(cloud: Cloud, id_: str, props: Props) -> None:
    """Type and volume of brokers are changed by calls of their own, each when it differs."""
    old, new = _live(cloud, id_)["BrokerNodeGroupInfo"], props["brokerNodeGroupInfo"]
    if old["InstanceType"] != new["instanceType"]:
        _call("update_broker_type", lambda _: {"TargetInstanceType": new["instanceType"]})(cloud, id_, props)
    size = one(one(new, "storageInfo"), "ebsStorageInfo").get("volumeSize")
    if size and size != old["StorageInfo"]["EbsStorageInfo"]["VolumeSize"]:
        volume = {"KafkaBrokerNodeId": "All", "VolumeSizeGB": int(size)}
        _call("update_broker_storage", lambda _: {"TargetBrokerEBSVolumeInfo": [volume]})(cloud, id_, props)


def _live(cloud: Cloud, id_: str) -> dict[str, Any]:
    found: dict[str, Any] = cloud("kafka").describe_cluster(ClusterArn=id_)["ClusterInfo"]
    return found


def _call(operation: str, parameters: Callable[[Props], dict[str, Any]]) -> Update:
    """A change of a cluster names the version that it changes."""

    def update(cloud: Cloud, id_: str, props: Props) -> None:
        version = _live(cloud, id_)["CurrentVersion"]
        getattr(cloud("kafka"), operation)(ClusterArn=id_, CurrentVersion=version, **parameters(props))

    return update


def _authentication(value: Props) -> Props:
    """Ways in are blocks of one switch in the API."""
    sasl = one(value, "sasl")
    ways = {"sasl": {key: {"enabled": bool(on)} for key, on in sasl.items()}} if sasl else {}
    open_ = value.get("unauthenticated")
    return ways | ({} if open_ is None else {"unauthenticated": {"enabled": bool(open_)}})


def _authentication_told(found: Props) -> Props | None:
    told = found.get("clientAuthentication") or {}
    sasl = {key: block["enabled"] for key, block in (told.get("sasl") or {}).items()}
    open_ = told.get("unauthenticated")
    out = ({"sasl": sasl} if sasl else {}) | ({} if open_ is None else {"unauthenticated": open_["enabled"]})
    return out or None


def _encryption(value: Props) -> Props:
    """The key of the volumes lies in a block of its own in the API."""
    rest = {key: item for key, item in value.items() if key != "encryptionAtRestKmsKeyArn"}
    key = value.get("encryptionAtRestKmsKeyArn")
    return rest | ({"encryptionAtRest": {"dataVolumeKMSKeyId": key}} if key else {})


def _encryption_told(found: Props) -> Props | None:
    told = dict(found.get("encryptionInfo") or {})
    rest = told.pop("encryptionAtRest", None) or {}
    return told | ({"encryptionAtRestKmsKeyArn": key} if (key := rest.get("dataVolumeKMSKeyId")) else {}) or None


def _secured(props: Props) -> dict[str, Any]:
    """A change may name how data travels, never how it rests."""
    transit = one(one(props, "encryptionInfo"), "encryptionInTransit")
    ways = _authentication(one(props, "clientAuthentication"))
    out: dict[str, Any] = {}
    if ways:
        out["ClientAuthentication"] = {
            "Sasl": {key.capitalize(): {"Enabled": way["enabled"]} for key, way in ways.get("sasl", {}).items()},
            "Unauthenticated": {"Enabled": ways.get("unauthenticated", {"enabled": False})["enabled"]},
        }
    if transit:
        kept = {"ClientBroker": transit.get("clientBroker"), "InCluster": transit.get("inCluster")}
        out["EncryptionInfo"] = {"EncryptionInTransit": {key: each for key, each in kept.items() if each is not None}}
    return out


def _chosen(props: Props) -> dict[str, Any]:
    chosen = one(props, "configurationInfo")
    return {"ConfigurationInfo": {"Arn": chosen["arn"], "Revision": int(chosen["revision"])}}


def _watched(props: Props) -> dict[str, Any]:
    """CloudWatch Logs is the one target that is implemented."""
    logs = one(one(one(props, "loggingInfo"), "brokerLogs"), "cloudwatchLogs")
    target = {"Enabled": bool(logs.get("enabled")), **({"LogGroup": logs["logGroup"]} if logs.get("logGroup") else {})}
    level = props.get("enhancedMonitoring") or "DEFAULT"
    return {"EnhancedMonitoring": level, "LoggingInfo": {"BrokerLogs": {"CloudWatchLogs": target}}}


def _delete(cloud: Cloud, id_: str, _: Props) -> None:
    cloud("kafka").delete_cluster(ClusterArn=id_)


_BOOTSTRAP = "{bootstrapBrokersSaslIam: bootstrapBrokerStringSaslIam}"

ROWS = [
    Row(
        type="aws:msk/configuration:Configuration",
        service="kafka",
        create=Call("create_configuration", "arn"),
        read=Call("describe_configuration"),
        more=(_properties,),
        delete="delete_configuration",
        update={"description serverProperties": "update_configuration"},
        found={"latestRevision": "latestRevision.revision", "serverProperties": "serverProperties"},
        outputs="arn",
        sets="kafkaVersions",
        replace="kafkaVersions",
        name="name",
        defaults={"description": ""},
    ),
    Row(
        type="aws:msk/cluster:Cluster",
        service="kafka",
        create=Call("create_cluster", "clusterArn"),
        read=Call("describe_cluster", "clusterInfo"),
        more=(Call("get_bootstrap_brokers", _BOOTSTRAP),),
        delete=_delete,
        update={
            "numberOfBrokerNodes": _call(
                "update_broker_count", lambda props: {"TargetNumberOfBrokerNodes": int(props["numberOfBrokerNodes"])}
            ),
            "brokerNodeGroupInfo": _brokers,
            "configurationInfo": _call("update_cluster_configuration", _chosen),
            "kafkaVersion": _call(
                "update_cluster_kafka_version", lambda props: {"TargetKafkaVersion": props["kafkaVersion"]}
            ),
            "enhancedMonitoring loggingInfo": _call("update_monitoring", _watched),
            "clientAuthentication encryptionInfo": _call("update_security", _secured),
        },
        wait=READY,
        names={"loggingInfo.brokerLogs.cloudwatchLogs": "CloudWatchLogs"},
        write={"clientAuthentication": _authentication, "encryptionInfo": _encryption},
        found={
            "arn": "clusterArn",
            "kafkaVersion": "currentBrokerSoftwareInfo.kafkaVersion",
            "configurationInfo": "currentBrokerSoftwareInfo.{arn: configurationArn, revision: configurationRevision}",
            "clientAuthentication": _authentication_told,
            "encryptionInfo": _encryption_told,
            "clusterUuid": lambda found: found["clusterArn"].rpartition("/")[2],
            "bootstrapBrokersSaslIam": "bootstrapBrokersSaslIam",
        },
        outputs="currentVersion zookeeperConnectString storageMode",
        inside="brokerNodeGroupInfo.clientSubnets brokerNodeGroupInfo.securityGroups "
        "encryptionInfo.encryptionAtRestKmsKeyArn",
        tags="tag_resource untag_resource",
        name="clusterName",
        defaults={"enhancedMonitoring": "DEFAULT"},
    ),
]
