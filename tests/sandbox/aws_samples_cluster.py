"""Samples of machines and of EKS."""

from sandbox.providers.aws.table import TABLE
from sandbox.providers.protocol import Props
from tests.sandbox.aws_world import ABSENT, TAGS, Sample, World, once, records, refused, replaces, updates

_EBS = {"volumeSize": 100, "volumeType": "gp3", "encrypted": "true", "deleteOnTermination": "true"}


def _scaling(low: int, desired: int, high: int) -> Props:
    return {"minSize": low, "desiredSize": desired, "maxSize": high}


def _second_version(w: World) -> str:
    token, template = "aws:ec2/launchTemplate:LaunchTemplate", w.templates[0]
    TABLE[token].update["instanceType"](w.aws._cloud({}), template["id"], {**template, "instanceType": "t3.large"})  # type: ignore[misc]  # this input has a call
    return "2"


SAMPLES: dict[str, Sample] = {
    "aws:ec2/launchTemplate:LaunchTemplate": lambda w: {
        "name": replaces("one", "two"),
        "description": updates("One", "Two"),
        "blockDeviceMappings": updates(
            [{"deviceName": "/dev/xvda", "ebs": {**_EBS, "kmsKeyId": w.keys[0]["arn"]}}],
            [{"deviceName": "/dev/xvda", "ebs": {**_EBS, "volumeSize": 200}}],
        ),
        "metadataOptions": updates(
            {"httpEndpoint": "enabled", "httpTokens": "required", "httpPutResponseHopLimit": 1},
            {"httpEndpoint": "enabled", "httpTokens": "optional", "httpPutResponseHopLimit": 1},
        ),
        "placement": updates({"tenancy": "default"}, {"tenancy": "dedicated"}),
        "vpcSecurityGroupIds": updates(w.groups[:1], w.groups),
        "tagSpecifications": updates(
            [{"resourceType": "volume", "tags": {"Name": "one"}}], [{"resourceType": "volume", "tags": {"Name": "two"}}]
        ),
        "imageId": updates("ami-12345678", "ami-87654321"),
        "instanceType": updates("t3.micro", "t3.small"),
        "updateDefaultVersion": records(True, False),
        "iamInstanceProfile": updates(ABSENT, {"name": "two"}),
        "monitoring": updates(ABSENT, {"enabled": True}),
        "userData": updates(ABSENT, "IyEvYmluL3No"),
        "enclaveOptions": updates({"enabled": False}, {"enabled": True}),
        **TAGS,
    },
    "aws:ec2/instance:Instance": lambda w: {
        "launchTemplate": replaces(
            {"id": w.templates[0]["id"], "version": "1"}, {"id": w.templates[1]["id"], "version": "1"}
        ),
        "subnetId": replaces(w.subnets[0], w.subnets[1]),
        "vpcSecurityGroupIds": updates(w.groups[:1], w.groups),
        "iamInstanceProfile": updates(
            w.make("InstanceProfile", name="one")["name"], w.make("InstanceProfile", name="two")["name"]
        ),
        **TAGS,
    },
    "aws:eks/cluster:Cluster": lambda w: {
        "name": replaces("one", "two"),
        "version": once("1.34", "1.35"),
        "roleArn": replaces(w.roles[0]["arn"], w.roles[1]["arn"]),
        "vpcConfig": updates(
            {
                "subnetIds": w.subnets[:2],
                "securityGroupIds": w.groups[:1],
                "endpointPrivateAccess": True,
                "endpointPublicAccess": True,
                "publicAccessCidrs": ["203.0.113.0/24"],
            },
            {
                "subnetIds": w.subnets[1:],
                "securityGroupIds": w.groups,
                "endpointPrivateAccess": True,
                "endpointPublicAccess": True,
                "publicAccessCidrs": ["198.51.100.0/24"],
            },
        ),
        "encryptionConfig": refused(
            {"provider": {"keyArn": w.keys[0]["arn"]}, "resources": ["secrets"]},
            {"provider": {"keyArn": w.keys[1]["arn"]}, "resources": ["secrets"]},
        ),
        "enabledClusterLogTypes": updates(["scheduler", "audit", "api"], ["api"]),
        "accessConfig": updates(
            {"authenticationMode": "API", "bootstrapClusterCreatorAdminPermissions": False},
            {"authenticationMode": "API_AND_CONFIG_MAP", "bootstrapClusterCreatorAdminPermissions": False},
        ),
        "kubernetesNetworkConfig": replaces({"serviceIpv4Cidr": "172.20.0.0/16"}, {"serviceIpv4Cidr": "10.100.0.0/16"}),
        "bootstrapSelfManagedAddons": replaces(False, True),
        "deletionProtection": updates(False, True),
        "upgradePolicy": updates({"supportType": "STANDARD"}, {"supportType": "EXTENDED"}),
        **TAGS,
    },
    "aws:eks/nodeGroup:NodeGroup": lambda w: {
        "clusterName": replaces(w.cluster, "another"),
        "nodeGroupName": replaces("general", "special"),
        "nodeGroupNamePrefix": replaces(ABSENT, "special-"),
        "nodeRoleArn": replaces(w.roles[0]["arn"], w.roles[1]["arn"]),
        "subnetIds": replaces(w.subnets[:2], w.subnets[1:]),
        "instanceTypes": replaces(["m5.xlarge", "m5a.xlarge"], ["m5a.xlarge", "m5.xlarge"]),
        "capacityType": replaces("ON_DEMAND", "SPOT"),
        "amiType": replaces("AL2023_x86_64_STANDARD", "BOTTLEROCKET_x86_64"),
        "version": updates("1.34", "1.35"),
        "labels": updates({"tier": "general"}, {"tier": "special", "more": "yes"}),
        "taints": updates(
            [{"key": "team", "value": "one", "effect": "NO_SCHEDULE"}],
            [{"key": "team", "value": "two", "effect": "NO_EXECUTE"}],
        ),
        "scalingConfig": updates(_scaling(2, 3, 6), _scaling(1, 1, 9)),
        "launchTemplate": updates(
            {"id": w.templates[0]["id"], "version": "1"}, {"id": w.templates[0]["id"], "version": _second_version(w)}
        ),
        "updateConfig": updates({"maxUnavailablePercentage": 33}, {"maxUnavailablePercentage": 50}),
        "diskSize": replaces(ABSENT, 50),
        "releaseVersion": updates(ABSENT, "1.34.0-20260202"),
        "nodeRepairConfig": updates(ABSENT, {"enabled": True}),
        "forceUpdateVersion": records(ABSENT, True),
        **TAGS,
    },
    "aws:eks/addon:Addon": lambda w: {
        "clusterName": replaces(w.cluster, "another"),
        "addonName": replaces("vpc-cni", "coredns"),
        "addonVersion": updates("v1.20.3-eksbuild.1", "v1.20.4-eksbuild.1"),
        "configurationValues": updates('{"a": 1}', '{"a": 2}'),
        "serviceAccountRoleArn": updates(w.roles[0]["arn"], w.roles[1]["arn"]),
        "podIdentityAssociations": updates(
            [{"serviceAccount": "aws-node", "roleArn": w.roles[0]["arn"]}],
            [{"serviceAccount": "aws-node", "roleArn": w.roles[1]["arn"]}],
        ),
        "resolveConflictsOnCreate": records("OVERWRITE", "NONE"),
        "resolveConflictsOnUpdate": records("OVERWRITE", "PRESERVE"),
        "preserve": records(ABSENT, True),
        **TAGS,
    },
    "aws:eks/accessEntry:AccessEntry": lambda w: {
        "clusterName": replaces(w.cluster, "another"),
        "principalArn": replaces(w.roles[0]["arn"], w.roles[1]["arn"]),
        "kubernetesGroups": updates(["admins", "people"], ["people"]),
        "userName": updates("somebody", "somebody-else"),
        "type": replaces("STANDARD", "EC2_LINUX"),
        **TAGS,
    },
    "aws:eks/accessPolicyAssociation:AccessPolicyAssociation": lambda w: {
        "clusterName": replaces(w.cluster, "another"),
        "principalArn": replaces(
            w.make("AccessEntry", clusterName=w.cluster, principalArn=w.roles[0]["arn"])["principalArn"],
            w.roles[1]["arn"],
        ),
        "policyArn": replaces(
            "arn:aws:eks::aws:cluster-access-policy/AmazonEKSViewPolicy",
            "arn:aws:eks::aws:cluster-access-policy/AmazonEKSEditPolicy",
        ),
        "accessScope": replaces(
            {"type": "namespace", "namespaces": ["payment-service", "monitoring"]}, {"type": "cluster"}
        ),
    },
    "aws:eks/podIdentityAssociation:PodIdentityAssociation": lambda w: {
        "clusterName": replaces(w.cluster, "another"),
        "namespace": replaces("payment-service", "monitoring"),
        "serviceAccount": replaces("payment", "other"),
        "roleArn": updates(w.roles[0]["arn"], w.roles[1]["arn"]),
        **TAGS,
    },
}
