"""What every component promises, whoever wrote it; each one is seen at work in at least one stack."""

import dataclasses
import importlib
import inspect
import pkgutil
import re
from pathlib import Path

import pulumi
import pytest

import components
from tests import records

STACKS = (*records.COMMITTED, *records.ORDERED)
ROOT = Path(components.__file__).parent
TAGS = {"Environment", "Application", "ManagedBy", "Compliance", "CostCenter"}


def modules():
    return [importlib.import_module(found.name) for found in pkgutil.walk_packages([str(ROOT)], "components.")]


def component_classes():
    return sorted(
        (
            thing
            for module in modules()
            for thing in vars(module).values()
            if inspect.isclass(thing)
            and issubclass(thing, pulumi.ComponentResource)
            and thing.__module__ == module.__name__
        ),
        key=lambda thing: thing.__qualname__,
    )


def token_of(component):
    _, room, *_ = component.__module__.split(".")
    return f"platform:{room}:{component.__name__}"


def sdk_class(token):
    """`aws:ec2/vpc:Vpc` -> pulumi_aws.ec2.Vpc."""
    package, path, name = token.split(":")
    module = path.split("/")[0]
    module = {"lambda": "lambda_"}.get(module, module)  # a word of Python
    return getattr(importlib.import_module(f"pulumi_{package}.{module}"), name)


CLASSES = component_classes()
SOURCES = sorted(ROOT.rglob("*.py"))


@pytest.mark.parametrize("component", CLASSES, ids=token_of)
def test_a_component_takes_name_args_and_opts_and_its_args_are_frozen_and_by_keyword(component):
    parameters = inspect.signature(component.__init__).parameters
    assert list(parameters) == ["self", "name", "args", "opts"]
    assert parameters["opts"].default is None
    arguments = inspect.get_annotations(component.__init__, eval_str=True)["args"]
    assert dataclasses.is_dataclass(arguments)
    assert arguments.__dataclass_params__.frozen
    assert arguments.__name__ == f"{component.__name__}Args"
    assert all(field.kw_only for field in dataclasses.fields(arguments))
    assert arguments.__doc__
    assert not arguments.__doc__.startswith(f"{arguments.__name__}(")


@pytest.mark.parametrize("component", CLASSES, ids=token_of)
def test_a_component_states_its_promise_in_one_sentence(component):
    assert component.__doc__
    assert component.__doc__.splitlines()[0].endswith((".", ":", ","))


@pytest.mark.req("PLT-02")
def test_every_component_is_part_of_some_stack_under_the_token_of_its_room_and_class():
    seen = {record.token for stack in STACKS for record in records.of_stack(stack).records}
    assert {token for token in seen if token.startswith("platform:")} == {token_of(c) for c in CLASSES}


@pytest.mark.parametrize("stack", STACKS)
def test_every_component_says_when_it_is_complete(stack):
    engine = records.of_stack(stack)
    components = [record for record in engine.records if record.token.startswith("platform:")]
    assert components
    assert [record.urn for record in components if record.urn not in engine.outputs] == []


@pytest.mark.req("PLT-07")
@pytest.mark.parametrize("stack", STACKS)
def test_every_resource_has_a_component_for_a_parent_and_an_explicit_provider(stack):
    resources = [r for r in records.of_stack(stack).records if r.token.startswith(("aws:", "kubernetes:"))]
    assert resources
    # The type within a URN: its project is called platform too.
    assert [r.name for r in resources if "platform:" not in r.parent.split("::")[2]] == []
    assert [r.name for r in resources if "pulumi:providers:" not in r.provider] == []


@pytest.mark.req("PLT-04", "COST-03")
@pytest.mark.parametrize("stack", STACKS)
def test_whatever_can_be_tagged_carries_a_name_and_the_tags_of_its_stack(stack):
    resources = [r for r in records.of_stack(stack).records if r.token.startswith("aws:")]
    taggable = [r for r in resources if "tags" in inspect.signature(sdk_class(r.token)._internal_init).parameters]
    assert taggable
    assert [r.name for r in taggable if not r.inputs.get("tags", {}).get("Name")] == []
    assert [r.name for r in taggable if not set(r.outputs["tagsAll"]) > TAGS] == []
    assert [r.name for r in taggable if any("," in value for value in r.outputs["tagsAll"].values())] == []


@pytest.mark.req("KMS-05")
@pytest.mark.parametrize("stack", STACKS)
def test_whatever_rests_is_encrypted_with_a_key_of_our_own(stack):
    engine = records.of_stack(stack)
    keys = {record.outputs["arn"] for record in engine.of("aws:kms/key:Key")}
    used = [key for record in engine.records for key in at_rest(record)]
    assert used
    assert [key for key in used if key not in keys] == []


def at_rest(record):
    """The keys of what a resource stores; None for what it would store in the open."""
    said = record.inputs
    match record.token:
        case "aws:cloudwatch/logGroup:LogGroup":
            return [said.get("kmsKeyId")]
        case "aws:ec2/launchTemplate:LaunchTemplate":
            disks = [disk["ebs"] for disk in said["blockDeviceMappings"]]
            return [disk.get("kmsKeyId") if disk["encrypted"] == "true" else None for disk in disks] or [None]
        case "aws:eks/cluster:Cluster":
            return [said["encryptionConfig"]["provider"]["keyArn"]]
        case "aws:ecr/repository:Repository":
            return [crypt.get("kmsKey") for crypt in said["encryptionConfigurations"]] or [None]
        case "kubernetes:storage.k8s.io/v1:StorageClass":
            return [said["parameters"]["kmsKeyId"] if said["parameters"]["encrypted"] == "true" else None]
    return []


@pytest.mark.parametrize("source", SOURCES, ids=lambda path: path.relative_to(ROOT).as_posix())
def test_a_component_knows_no_configuration_no_environment_and_no_partition(source):
    text = source.read_text()
    assert not re.search(r"^\s*(from|import) (infra|sandbox|assurance|policies|services)\b", text, re.MULTILINE)
    assert "pulumi.Config" not in text
    assert not re.search(r"\b(env|environment)\s*[!=]=", text)
    assert not re.search(r"pulumi\.(get_stack|get_project)\b", text)
    if source.name != "partitions.py":
        assert not re.search(r"arn:aws[-:]|amazonaws\.com(?!/role-arn)|us-gov|\baws-us-gov\b|azure\.com", text)


@pytest.mark.parametrize("source", SOURCES, ids=lambda path: path.relative_to(ROOT).as_posix())
def test_a_component_never_hands_its_callers_options_to_its_children(source):
    assert not re.search(r"ResourceOptions\.merge|opts=opts\b(?!, \*\*rule)", source.read_text())
