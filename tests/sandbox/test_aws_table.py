"""The table of the local AWS: for every type, what is created, seen, changed, repaired and removed.

Each type has an empty AWS and one sample on it, which its tests follow through its life, in their order.
"""

from collections.abc import Iterator

import pytest

from sandbox.cloud import census
from sandbox.providers.aws.kind import Kind
from sandbox.providers.aws.table import TABLE
from tests import local_aws
from tests.sandbox.aws_living import SAMPLES, Living
from tests.sandbox.aws_world import ACCOUNT, provider, ref, tagging_provider


@pytest.fixture(scope="module", params=sorted(TABLE))
def living(request: pytest.FixtureRequest) -> Iterator[Living]:
    """A sample of this type, in an account in which nothing else exists but what it refers to."""
    with local_aws.empty():
        aws = tagging_provider()
        for region in ("us-east-1", "us-west-2", "eu-west-1"):
            aws._cloud({"region": region})("ec2").describe_vpcs()  # the default network comes with the first request
        yield Living(aws, request.param)


def test_every_type_has_a_sample() -> None:
    assert sorted(SAMPLES) == sorted(TABLE)


def test_a_sample_speaks_of_every_input_of_its_type(living: Living) -> None:
    assert set(living.pairs) - {"region"} == living.kind.inputs - {"tagsAll", "region"}


def test_a_change_of_an_input_has_the_recorded_effect(living: Living) -> None:
    for key, pair in living.pairs.items():
        change = living.aws.diff(living.ref, living.inputs, living.checked(key), living.outputs)
        recorded = change.replace if pair.effect == "replace" else change.update
        assert key in recorded, f"{key}: {pair.effect} is recorded, the table says {change}"
        assert change.update | change.replace == {key, *pair.along} | ({"tagsAll"} if key == "tags" else set())


def test_what_was_created_is_found_unchanged(living: Living) -> None:
    assert living.aws.read(living.ref, living.inputs, living.outputs) == (living.inputs, living.outputs)


def test_an_import_finds_what_the_cloud_tells(living: Living) -> None:
    fuller = {  # what the vendor's import names besides
        ":PodIdentityAssociation": f"{living.inputs.get('clusterName')},{living.ref.id}",
        ":Permission": f"{living.inputs.get('function')}/{living.ref.id}",
        ":Selection": f"{living.inputs.get('planId')}|{living.ref.id}",
        ":WebAcl": f"{living.ref.id}/{living.inputs.get('name')}/{living.inputs.get('scope')}",
        ":EventTarget": f"{living.inputs.get('rule')}/{living.inputs.get('targetId')}",
    }
    known_as = next((id_ for end, id_ in fuller.items() if living.kind.type.endswith(end)), living.ref.id)
    there = provider(ACCOUNT, living.inputs["region"], tagged=True) if "region" in living.pairs else living.aws
    found = there.read(ref(living.kind.type, id_=known_as), {}, {})
    assert found is not None
    change = there.diff(living.ref, found[0], living.inputs, {})
    # The cloud never tells who bootstrapped a cluster, so the vendor's import does not know either.
    untold = living.kind.write_only | ({"accessConfig"} if living.kind.type.endswith(":Cluster") else set())
    assert change.update | change.replace <= untold


def test_tags_of_others_are_seen_and_removed(living: Living) -> None:
    if living.kind.tag is None:
        assert "tagsAll" not in living.inputs
        return
    living.kind.tag(
        living.aws._cloud(living.inputs), living.ref.id, living.outputs, {"Name": "taken", "Foreign": "yes"}, []
    )
    assert living.drift() == {"tags", "tagsAll"}
    living.repair()
    assert not living.drift()


def test_an_edit_of_any_input_is_seen_and_repaired(living: Living) -> None:
    for key in living.having("update"):
        if living.pairs[key].first is not None:
            living.edit(living.checked(key))
            assert key in living.drift(), f"an edit of {key} goes unseen"
            living.repair()
            assert not living.drift(), f"{key} is not repaired"


def test_an_update_of_any_input_arrives(living: Living) -> None:
    for key in living.having("update", "record", "once"):
        inputs = living.checked(key)
        living.outputs = living.aws.update(living.ref, living.inputs, inputs, living.outputs, preview=False)
        assert living.seen(inputs) == inputs
        if living.pairs[key].effect != "once":
            living.outputs = living.aws.update(living.ref, inputs, living.inputs, living.outputs, preview=False)
            assert living.seen() == living.inputs


def test_what_was_deleted_is_gone_and_deleting_it_again_is_fine(living: Living) -> None:
    living.aws.delete(living.ref, living.inputs, living.outputs)
    assert living.kind.read is _lives_on(living.kind) or living.seen() is None
    living.aws.delete(living.ref, living.inputs, living.outputs)


def test_a_stack_that_is_deleted_leaves_only_keys_that_wait(living: Living) -> None:
    living.aws.delete(living.ref, living.inputs, living.outputs)
    living.world.vanish()
    assert {line.split()[2] for line in set(census.objects()) - living.before} <= {"kms.keys"}


def _lives_on(kind: Kind) -> object:
    """None goes by itself: they come with the network or the region, or go with what they belong to."""
    lasting = (":DefaultSecurityGroup", ":VpcPeeringConnectionAccepter", ":SecretVersion", ":BucketVersioning")
    lasting += (":DetectorFeature", ":RecorderStatus", ":EncryptionByDefault", ":CertificateValidation")
    return kind.read if kind.type.endswith(lasting) else None
