import json
from pathlib import Path

import pytest

from assurance.judges.resources import UNKNOWN, StateError, read
from tests import records
from tests.states import state

SIGNATURE = "4dabf18193072939515e22adb298388d"
PROVIDER = "urn:pulumi:x::platform::pulumi:providers:aws::aws"


def written(tmp_path: Path, *resources) -> Path:
    path = tmp_path / "x.json"
    path.write_text(json.dumps({"version": 3, "deployment": {"resources": resources}}))
    return path


def test_a_state_is_its_resources_without_components_and_providers(tmp_path: Path):
    path = written(
        tmp_path,
        {"urn": "urn:pulumi:x::platform::platform:aws:Keys::keys", "type": "platform:aws:Keys"},
        {"urn": PROVIDER, "type": "pulumi:providers:aws", "custom": True, "inputs": {"region": "eu-west-1"}},
        {
            "urn": "urn:pulumi:x::platform::platform:aws:Keys$aws:kms/key:Key::keys-ebs",
            "type": "aws:kms/key:Key",
            "custom": True,
            "id": "1234",
            "inputs": {"policy": {SIGNATURE: "a secret", "ciphertext": "hidden"}, "__defaults": ["name"]},
            "outputs": {"arn": "an ARN"},
            "provider": f"{PROVIDER}::4567",
            "propertyDependencies": {"policy": ["urn"]},
        },
    )

    (key,) = read(path)

    assert key.label == "aws:kms/key:Key::keys-ebs"
    assert key.inputs == {"policy": UNKNOWN}
    assert key.outputs == {"arn": "an ARN", "id": "1234"}
    assert key.provider == {"region": "eu-west-1"}
    assert key.dependencies == {"policy": ["urn"]}


def test_a_file_that_is_no_state_says_what_makes_one(tmp_path: Path):
    (tmp_path / "x.json").write_text("{}")

    with pytest.raises(StateError) as refused:
        read(tmp_path / "x.json")

    path = tmp_path / "x.json"
    assert str(refused.value) == (
        f"{path} is not the state of a stack (KeyError('deployment')); "
        f"`pulumi stack export --stack NAME --file {path}` writes it"
    )


def test_what_a_stack_declares_reads_as_its_state(tmp_path: Path):
    (tmp_path / "global.json").write_text(json.dumps(state(records.of_stack("global").records)))

    found = {each.label: each for each in read(tmp_path / "global.json")}

    repository = found["aws:ecr/repository:Repository::registry-us-east-1-payment-service"]
    assert repository.inputs["imageTagMutability"].startswith("IMMUTABLE")
    assert repository.provider["region"] == "us-east-1"
    assert not [label for label in found if label.startswith(("platform:", "pulumi:"))]
