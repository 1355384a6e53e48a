"""RDS: Aurora clusters, alone or in a global database, with their instances, subnets and parameters."""

from sandbox.providers.aws.asking import if_there
from sandbox.providers.aws.kind import Cloud
from sandbox.providers.aws.row import Call, Row, Wait
from sandbox.providers.protocol import Props

TAGS = "add_tags_to_resource remove_tags_from_resource"
LISTED = f"{TAGS} list_tags_for_resource"
READY = Wait("creating modifying deleting backing-up", "available")


def _leave(cloud: Cloud, id_: str, props: Props) -> None:
    """A member leaves its global database, unless a killed run had it leave, before it goes."""
    if joined := props.get("globalClusterIdentifier"):
        which = {"GlobalClusterIdentifier": joined, "DbClusterIdentifier": props["arn"]}
        if_there(lambda: cloud("rds").remove_from_global_cluster(**which))
    final = props.get("finalSnapshotIdentifier")
    skip = bool(props.get("skipFinalSnapshot"))
    kept = {} if skip or not final else {"FinalDBSnapshotIdentifier": final}
    cloud("rds").delete_db_cluster(DBClusterIdentifier=id_, SkipFinalSnapshot=skip, **kept)


def _export(cloud: Cloud, id_: str, props: Props) -> None:
    """Log types go as what joins and what leaves."""
    live = cloud("rds").describe_db_clusters(DBClusterIdentifier=id_)["DBClusters"][0]
    old, new = set(live.get("EnabledCloudwatchLogsExports", [])), set(props.get("enabledCloudwatchLogsExports") or [])
    change = {"EnableLogTypes": sorted(new - old), "DisableLogTypes": sorted(old - new)}
    cloud("rds").modify_db_cluster(DBClusterIdentifier=id_, CloudwatchLogsExportConfiguration=change)


_SET = "{parameters: parameters[?source=='user'].{parameterName: parameterName, parameterValue: parameterValue, "
_SET += "applyMethod: applyMethod}}"
_CHANGED = (
    "backupRetentionPeriod copyTagsToSnapshot deletionProtection engineVersion iamDatabaseAuthenticationEnabled "
    "dbClusterParameterGroupName vpcSecurityGroupIds manageMasterUserPassword "
    "masterUserSecretKmsKeyId masterPassword"
)

ROWS = [
    Row(
        type="aws:rds/subnetGroup:SubnetGroup",
        create=Call("create_db_subnet_group"),
        read=Call("describe_db_subnet_groups", "dbSubnetGroups[0]"),
        delete="delete_db_subnet_group",
        update={"description subnetIds": "modify_db_subnet_group"},
        id="{name}",
        names={"name": "DBSubnetGroupName", "description": "DBSubnetGroupDescription"},
        found={"arn": "dbSubnetGroupArn", "subnetIds": "subnets[].subnetIdentifier", "vpcId": "vpcId"},
        sets="subnetIds",
        tags=LISTED,
        name="name",
    ),
    Row(
        type="aws:rds/clusterParameterGroup:ClusterParameterGroup",
        create=Call("create_db_cluster_parameter_group"),
        read=Call("describe_db_cluster_parameter_groups", "dbClusterParameterGroups[0]"),
        more=(Call("describe_db_cluster_parameters", _SET),),
        delete="delete_db_cluster_parameter_group",
        update={"parameters": "modify_db_cluster_parameter_group"},
        id="{name}",
        names={
            "name": "DBClusterParameterGroupName",
            "family": "DBParameterGroupFamily",
            "parameters.name": "ParameterName",
            "parameters.value": "ParameterValue",
        },
        found={"arn": "dbClusterParameterGroupArn"},
        sets="parameters",
        tags=LISTED,
        replace="family description",
        name="name",
    ),
    Row(
        type="aws:rds/globalCluster:GlobalCluster",
        create=Call("create_global_cluster"),
        read=Call("describe_global_clusters", "globalClusters[0]"),
        delete="delete_global_cluster",
        update={"deletionProtection engineVersion": "modify_global_cluster"},
        id="{globalClusterIdentifier}",
        found={"arn": "globalClusterArn"},
        outputs="globalClusterResourceId",
        tags=TAGS,
        replace="engine storageEncrypted",
        name="globalClusterIdentifier",
        defaults={"deletionProtection": False},
    ),
    Row(
        type="aws:rds/cluster:Cluster",
        create=Call("create_db_cluster"),
        read=Call("describe_db_clusters", "dbClusters[0]"),
        delete=_leave,
        update={_CHANGED: Call("modify_db_cluster", ApplyImmediately=True), "enabledCloudwatchLogsExports": _export},
        wait=READY,
        id="{clusterIdentifier}",
        names={
            "clusterIdentifier": "DBClusterIdentifier",
            "masterPassword": "MasterUserPassword",
            "iamDatabaseAuthenticationEnabled": "EnableIAMDatabaseAuthentication",
            "enabledCloudwatchLogsExports": "EnableCloudwatchLogsExports",
        },
        found={
            "arn": "dbClusterArn",
            "dbSubnetGroupName": "dbSubnetGroup",
            "dbClusterParameterGroupName": "dbClusterParameterGroup",
            "vpcSecurityGroupIds": "vpcSecurityGroups[].vpcSecurityGroupId",
            "iamDatabaseAuthenticationEnabled": "iamDatabaseAuthenticationEnabled",
            "enabledCloudwatchLogsExports": "enabledCloudwatchLogsExports",
            "manageMasterUserPassword": "masterUserSecret != `null`",
            "masterUserSecretKmsKeyId": "masterUserSecret.kmsKeyId",
            "masterUserSecrets": "masterUserSecret && [masterUserSecret]",
            "clusterResourceId": "dbClusterResourceId",
        },
        outputs="endpoint readerEndpoint port hostedZoneId",
        tags=TAGS,
        replace="engine databaseName masterUsername dbSubnetGroupName storageEncrypted kmsKeyId "
        "globalClusterIdentifier",
        sets="vpcSecurityGroupIds enabledCloudwatchLogsExports",
        write_only="masterPassword skipFinalSnapshot finalSnapshotIdentifier",
        computed="masterUsername databaseName",
        name="clusterIdentifier",
        defaults=dict.fromkeys(
            (
                *("copyTagsToSnapshot", "deletionProtection", "iamDatabaseAuthenticationEnabled"),
                "manageMasterUserPassword",
            ),
            False,
        ),
    ),
    Row(
        type="aws:rds/clusterInstance:ClusterInstance",
        create=Call("create_db_instance"),
        read=Call("describe_db_instances", "dbInstances[0]"),
        delete=Call("delete_db_instance", SkipFinalSnapshot=True),
        update={
            "instanceClass promotionTier monitoringInterval monitoringRoleArn performanceInsightsEnabled "
            "performanceInsightsKmsKeyId performanceInsightsRetentionPeriod autoMinorVersionUpgrade "
            "copyTagsToSnapshot publiclyAccessible": Call("modify_db_instance", ApplyImmediately=True)
        },
        wait=Wait("creating modifying deleting", "available", at="dbInstanceStatus"),
        id="{identifier}",
        names={
            "identifier": "DBInstanceIdentifier",
            "clusterIdentifier": "DBClusterIdentifier",
            "instanceClass": "DBInstanceClass",
            "performanceInsightsEnabled": "EnablePerformanceInsights",
            "performanceInsightsKmsKeyId": "PerformanceInsightsKMSKeyId",
        },
        found={
            "arn": "dbInstanceArn",
            "endpoint": "endpoint.address",
            "engineVersion": "`null`",  # it moves with the cluster's, which tells of an edit
            "performanceInsightsEnabled": "performanceInsightsEnabled",
        },
        outputs="dbiResourceId",
        tags=TAGS,
        replace="clusterIdentifier engine availabilityZone",
        write_only="engineVersion",
        computed="availabilityZone engineVersion",
        name="identifier",
        defaults={"autoMinorVersionUpgrade": True, "promotionTier": 0, "publiclyAccessible": False},
    ),
]
