import json
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from assurance.judges import cfnlint
from assurance.judges.cloudformation import Registry, Templates
from assurance.judges.findings import Finding
from assurance.judges.program import JudgeError
from tests.assurance.judges.parts import resource

TAGS = {"type": "array", "items": {"$ref": "#/definitions/Tag"}}
SCHEMAS: Mapping[str, Mapping[str, Any]] = {
    "AWS::EC2::VPC": {
        "properties": {"CidrBlock": {"type": "string"}, "Tags": TAGS},
        "definitions": {"Tag": {"type": "object", "properties": {"Key": {}, "Value": {}}}},
    },
    "AWS::Logs::LogGroup": {
        "properties": {"LogGroupName": {"type": "string"}, "RetentionInDays": {"type": "integer"}},
    },
    "AWS::KMS::Key": {
        "properties": {"KeyPolicy": {"type": ["object", "string"]}, "PendingWindowInDays": {"type": "integer"}},
    },
    "AWS::EC2::LaunchTemplate": {
        "properties": {"LaunchTemplateData": {"$ref": "#/definitions/Data"}},
        "definitions": {
            "Data": {
                "type": "object",
                "properties": {
                    "ImageId": {"type": "string"},
                    "MetadataOptions": {"type": "object", "properties": {"HttpTokens": {"type": "string"}}},
                    "BlockDeviceMappings": {"type": "array", "items": {"$ref": "#/definitions/Disk"}},
                },
            },
            "Disk": {"type": "object", "properties": {"Encrypted": {"type": "boolean"}}},
        },
    },
    "AWS::IAM::RolePolicy": {"properties": {"PolicyName": {}, "PolicyDocument": {"type": "object"}}},
    "AWS::ElasticLoadBalancingV2::Listener": {
        "properties": {"Certificates": {"type": "array", "items": {"properties": {"CertificateArn": {}}}}}
    },
    "AWS::ElasticLoadBalancingV2::TargetGroup": {
        "properties": {"HealthCheckPath": {}, "Matcher": {"type": "object", "properties": {"HttpCode": {}}}}
    },
    "AWS::RDS::DBClusterParameterGroup": {"properties": {"Parameters": {"type": "object"}}},
}


@pytest.fixture
def registry(tmp_path: Path) -> Registry:
    (tmp_path / "providers").mkdir()
    (tmp_path / "resources").mkdir()
    names = {type_: f"file{number}" for number, type_ in enumerate(SCHEMAS)}
    (tmp_path / "providers" / "us-east-1.json").write_text(json.dumps(names))
    for type_, name in names.items():
        (tmp_path / "resources" / f"{name}.json").write_text(json.dumps(SCHEMAS[type_]))
    return Registry(tmp_path)


@pytest.fixture
def converted(registry: Registry):
    def converted(each) -> Mapping[str, Any]:
        templates = Templates([replace(each, provider={"region": "us-east-1"})], registry)
        assert templates.unmapped == []
        (found,) = templates.documents["us-east-1"]["Resources"].values()
        return found

    return converted


def test_names_follow_by_letters_and_tags_become_a_list(converted):
    assert converted(resource("aws:ec2/vpc:Vpc", cidrBlock="10.0.0.0/16", tags={"Name": "net"})) == {
        "Type": "AWS::EC2::VPC",
        "Properties": {"CidrBlock": "10.0.0.0/16", "Tags": [{"Key": "Name", "Value": "net"}]},
    }


def test_a_name_bears_the_name_of_the_type(converted):
    assert converted(_group())["Properties"] == {"LogGroupName": "here", "RetentionInDays": 30}


def _group():
    return replace(resource("aws:cloudwatch/logGroup:LogGroup"), inputs={"name": "here", "retentionInDays": 30})


def test_what_lies_deeper_there_is_put_there_and_words_become_booleans(converted):
    found = converted(
        resource(
            "aws:ec2/launchTemplate:LaunchTemplate",
            imageId="ami-1",
            metadataOptions={"httpTokens": "required"},
            blockDeviceMappings=[{"encrypted": "true"}],
            updateDefaultVersion=True,
        )
    )

    assert found["Properties"] == {
        "LaunchTemplateData": {
            "ImageId": "ami-1",
            "MetadataOptions": {"HttpTokens": "required"},
            "BlockDeviceMappings": [{"Encrypted": True}],
        }
    }


def test_a_document_is_an_object_there_and_what_the_provider_adds_is_added(converted):
    assert converted(resource("aws:iam/rolePolicy:RolePolicy", policy='{"Statement": []}'))["Properties"] == {
        "PolicyName": "given-by-the-provider",
        "PolicyDocument": {"Statement": []},
    }


def test_one_of_a_list_there_is_put_into_it_and_what_stands_beside_it_there_is_put_there(registry: Registry):
    listener = resource("aws:lb/listener:Listener", certificateArn="a")
    group = resource("aws:lb/targetGroup:TargetGroup", healthCheck={"path": "/", "matcher": "200"})

    templates = Templates([listener, group], registry)

    found = [each["Properties"] for each in templates.documents["None"]["Resources"].values()]
    assert found == [
        {"Certificates": [{"CertificateArn": "a"}]},
        {"HealthCheckPath": "/", "Matcher": {"HttpCode": "200"}},
    ]
    assert templates.unmapped == []


def test_parameters_are_a_map_there(converted):
    found = converted(
        resource(
            "aws:rds/clusterParameterGroup:ClusterParameterGroup",
            parameters=[{"name": "rds.force_ssl", "value": "1", "applyMethod": "immediate"}],
        )
    )

    assert found["Properties"] == {"Parameters": {"rds.force_ssl": "1"}}


def test_each_region_has_a_template_of_its_own(registry: Registry):
    here = replace(resource("aws:kms/key:Key", "here"), provider={"region": "us-east-1"})
    there = replace(resource("aws:kms/key:Key", "there", region="us-west-2"), provider={"region": "us-east-1"})

    templates = Templates([here, there], registry)

    assert {region: list(each["Resources"]) for region, each in templates.documents.items()} == {
        "us-east-1": ["R0here"],
        "us-west-2": ["R0there"],
    }
    assert templates.labels["us-west-2", "R0there"] == "aws:kms/key:Key::there"


def test_what_has_no_counterpart_is_counted_if_that_is_known_and_named_if_not(registry: Registry):
    templates = Templates(
        [
            resource("aws:s3/bucketVersioning:BucketVersioning"),
            resource("aws:new/thing:Thing"),
            resource("aws:kms/key:Key", novelty=1),
        ],
        registry,
    )

    assert templates.absent == 1
    assert templates.unmapped == ["aws:new/thing:Thing", "aws:kms/key:Key.novelty"]


def matched(rule: str, *path: str, message: str = "is wrong") -> Mapping[str, Any]:
    return {"Rule": {"Id": rule}, "Message": message, "Location": {"Path": list(path)}}


def test_errors_of_values_are_findings_errors_of_shape_are_holes_and_advice_is_neither(
    registry: Registry, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    answer = [
        matched("E3030", "Resources", "R0it", "Properties", "RetentionInDays"),
        matched("W3690", "Resources", "R0it"),
        matched("W3010", "Resources", "R0it"),
        matched("E3003", "Resources", "R0it"),
        matched("E0000"),
    ]
    monkeypatch.setattr(cfnlint, "run", lambda command, folder, ends: json.dumps(answer))

    heard = cfnlint.hear(Path("bin/python"), registry, "dev", [replace(_group(), provider={"region": "r"})], tmp_path)

    label = "aws:cloudwatch/logGroup:LogGroup::it"
    assert heard.findings == [
        Finding(judge="cfn-lint", rule="E3030", resource=label, message="is wrong"),
        Finding(judge="cfn-lint", rule="W3690", resource=label, message="is wrong"),
    ]
    assert heard.holes == [f"{label}: E3003 is wrong", "r: E0000 is wrong"]
    assert heard.judged == 1


def test_an_answer_that_is_none_is_an_error(registry: Registry, tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(cfnlint, "run", lambda command, folder, ends: "usage")

    with pytest.raises(JudgeError, match=r"^cfn-lint printed no JSON: usage$"):
        cfnlint.hear(Path("bin/python"), registry, "dev", [_group()], tmp_path)
