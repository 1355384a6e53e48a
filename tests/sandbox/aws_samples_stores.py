"""Samples of managed stores besides databases: caches and brokers."""

from sandbox.providers.protocol import Props
from tests.sandbox.aws_world import ABSENT, TAGS, Sample, World, records, replaces, updates


def _cache_user(world: World, name: str, kind: str = "iam") -> str:
    how = {"accessString": "on ~* +@read", "authenticationMode": {"type": kind}}
    user = "default" if kind == "no-password-required" else name
    return str(world.make("elasticache/user:User", engine="redis", userId=name, userName=user, **how)["id"])


def _cache_users(world: World, name: str) -> str:
    users = [_cache_user(world, f"{name}-default", "no-password-required")]
    return str(world.make("UserGroup", engine="redis", userGroupId=name, userIds=users)["id"])


def _cache_subnets(world: World) -> str:
    made = world.make("elasticache/subnetGroup:SubnetGroup", description="Caches", subnetIds=world.subnets[:2])
    return str(made["name"])


def _kafka_settings(world: World) -> Props:
    made = world.make("Configuration", kafkaVersions=["3.9.x"], serverProperties="min.insync.replicas=2\n")
    return {"arn": made["arn"], "revision": made["latestRevision"]}


def _brokers(world: World, type_: str, gib: int) -> Props:
    return {
        "instanceType": type_,
        "clientSubnets": world.subnets,
        "securityGroups": world.groups[:1],
        "storageInfo": {"ebsStorageInfo": {"volumeSize": gib}},
    }


def _broker_logs(group: str) -> Props:
    return {"brokerLogs": {"cloudwatchLogs": {"enabled": True, "logGroup": group}}}


def _kafka_encryption(world: World, clients: str) -> Props:
    transit = {"clientBroker": clients, "inCluster": True}
    return {"encryptionAtRestKmsKeyArn": world.keys[0]["arn"], "encryptionInTransit": transit}


SAMPLES: dict[str, Sample] = {
    "aws:elasticache/subnetGroup:SubnetGroup": lambda w: {
        "name": replaces("one", "two"),
        "description": updates("One", "Two"),
        "subnetIds": updates(w.subnets[:2], w.subnets),
        **TAGS,
    },
    "aws:elasticache/user:User": lambda w: {
        "userId": replaces("one", "two"),
        "userName": replaces("one", "two"),
        "engine": replaces("redis", "valkey"),
        "accessString": updates("on ~* +@all", "off ~* -@all"),
        "authenticationMode": updates({"type": "iam"}, {"type": "no-password-required"}),
        **TAGS,
    },
    "aws:elasticache/userGroup:UserGroup": lambda w: {
        "userGroupId": replaces("one", "two"),
        "engine": replaces("redis", "valkey"),
        "userIds": updates(
            users := [_cache_user(w, "nobody", "no-password-required"), _cache_user(w, "a")],
            [users[0], _cache_user(w, "b")],
        ),
        **TAGS,
    },
    "aws:elasticache/replicationGroup:ReplicationGroup": lambda w: {
        "replicationGroupId": replaces("one", "two"),
        "description": updates("One", "Two"),
        "engine": replaces("redis", "valkey"),
        "engineVersion": updates("7.0", "7.1"),
        "nodeType": updates("cache.r7g.large", "cache.r7g.xlarge"),
        "numCacheClusters": updates(2, 3),
        "automaticFailoverEnabled": updates(True, False, multiAzEnabled=False),
        "multiAzEnabled": updates(True, False),
        "port": replaces(6379, 6380),
        "subnetGroupName": replaces(_cache_subnets(w), _cache_subnets(w)),
        "securityGroupIds": updates(w.groups[:1], w.groups),
        "userGroupIds": updates([_cache_users(w, "these")], [_cache_users(w, "those")]),
        "atRestEncryptionEnabled": replaces(True, False),
        "transitEncryptionEnabled": replaces(True, False),
        "kmsKeyId": replaces(w.keys[0]["arn"], w.keys[1]["arn"]),
        "autoMinorVersionUpgrade": updates(True, False),
        "snapshotRetentionLimit": updates(7, 1),
        "snapshotWindow": updates("02:00-03:00", "04:00-05:00"),
        "finalSnapshotIdentifier": records(ABSENT, "last"),
        **TAGS,
    },
    "aws:msk/configuration:Configuration": lambda w: {
        "name": replaces("one", "two"),
        "description": updates("One", "Two"),
        "kafkaVersions": replaces(["3.9.x"], ["3.8.x"]),
        "serverProperties": updates("min.insync.replicas=2\n", "min.insync.replicas=1\n"),
    },
    "aws:msk/cluster:Cluster": lambda w: {
        "clusterName": replaces("one", "two"),
        "kafkaVersion": updates("3.8.x", "3.9.x"),
        "numberOfBrokerNodes": updates(3, 6),
        "brokerNodeGroupInfo": updates(_brokers(w, "kafka.m7g.large", 100), _brokers(w, "kafka.m7g.xlarge", 100)),
        "configurationInfo": updates(_kafka_settings(w), _kafka_settings(w)),
        "clientAuthentication": updates(
            {"sasl": {"iam": True}, "unauthenticated": False}, {"sasl": {"iam": True}, "unauthenticated": True}
        ),
        "encryptionInfo": updates(_kafka_encryption(w, "TLS"), _kafka_encryption(w, "TLS_PLAINTEXT")),
        "enhancedMonitoring": updates("PER_BROKER", "DEFAULT"),
        "loggingInfo": updates(_broker_logs("/aws/msk/one"), _broker_logs("/aws/msk/two")),
        **TAGS,
    },
}
