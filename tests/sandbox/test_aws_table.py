"""The table of the local AWS: for every type, what is created, seen, changed, repaired and removed."""

from collections.abc import Mapping

import pytest

from sandbox.cloud import census
from sandbox.providers.aws.provider import Aws
from sandbox.providers.aws.table import TABLE
from sandbox.providers.protocol import Props, Ref
from tests.sandbox import (
    aws_samples_account,
    aws_samples_cluster,
    aws_samples_data,
    aws_samples_edge,
    aws_samples_failover,
    aws_samples_guardrails,
    aws_samples_network,
    aws_samples_storage,
    aws_samples_stores,
)
from tests.sandbox.aws_world import (
    ACCOUNT,
    Pair,
    Sample,
    World,
    provider,
    ref,
    tagging_provider,
)

SAMPLES: Mapping[str, Sample] = {
    **aws_samples_network.SAMPLES,
    **aws_samples_account.SAMPLES,
    **aws_samples_cluster.SAMPLES,
    **aws_samples_data.SAMPLES,
    **aws_samples_edge.SAMPLES,
    **aws_samples_failover.SAMPLES,
    **aws_samples_storage.SAMPLES,
    **aws_samples_stores.SAMPLES,
    **aws_samples_guardrails.SAMPLES,
}
every_type = pytest.mark.parametrize("token", sorted(TABLE))


class Living:
    """One resource of a sample, as the engine keeps it."""

    def __init__(self, aws: Aws, token: str) -> None:
        self.aws, self.kind = aws, TABLE[token]
        self.world = World(aws)
        self.pairs: Mapping[str, Pair] = SAMPLES[token](self.world)
        self.inputs = self.checked()
        id_, self.outputs = aws.create(ref(token), self.inputs, preview=False)
        self.ref: Ref = ref(token, id_=id_)

    def checked(self, key: str = "") -> Props:
        """The inputs of the sample, on request with one input (and what must change along) at its other value."""
        values = {name: pair.first for name, pair in self.pairs.items()}
        if key:
            values |= {key: self.pairs[key].other, **self.pairs[key].along}
        return self.aws.check(ref(self.kind.type), values, {})

    def having(self, *effects: str) -> list[str]:
        """The inputs whose change has one of these effects, in that order."""
        return [
            key for effect in effects for key, pair in self.pairs.items() if pair.effect == effect and key != "tags"
        ]

    def seen(self, asked: Props | None = None) -> Props | None:
        """The inputs as a refresh finds them."""
        found = self.aws.read(self.ref, asked or self.inputs, self.outputs)
        return found and found[0]

    def drift(self) -> set[str]:
        """Which inputs a refresh finds changed."""
        seen = self.seen()
        assert seen is not None
        change = self.aws.diff(self.ref, self.inputs, seen, self.outputs)
        return set(change.update | change.replace)

    def edit(self, inputs: Props) -> None:
        """Change the object behind the engine's back, by the calls that an operator would make."""
        changed = self.aws.diff(self.ref, self.inputs, inputs, self.outputs).update
        told = {key: value for key, value in self.outputs.items() if key not in self.kind.inputs}
        for call in {call for key in changed if (call := self.kind.update.get(key)) is not None}:
            call(self.aws._cloud(inputs), self.ref.id, told | inputs)

    def repair(self) -> None:
        """What `up` does after a refresh that found something."""
        seen = self.seen()
        assert seen is not None
        self.outputs = self.aws.update(self.ref, seen, self.inputs, self.outputs, preview=False)


@pytest.fixture
def aws(local_aws: None) -> Aws:
    """The provider of an account in which nothing exists yet."""
    return tagging_provider()


def test_every_type_has_a_sample() -> None:
    assert sorted(SAMPLES) == sorted(TABLE)


@every_type
def test_a_sample_speaks_of_every_input_of_its_type(aws: Aws, token: str) -> None:
    assert set(Living(aws, token).pairs) - {"region"} == TABLE[token].inputs - {"tagsAll", "region"}


@every_type
def test_a_change_of_an_input_has_the_recorded_effect(aws: Aws, token: str) -> None:
    living = Living(aws, token)
    for key, pair in living.pairs.items():
        change = aws.diff(living.ref, living.inputs, living.checked(key), living.outputs)
        recorded = change.replace if pair.effect == "replace" else change.update
        assert key in recorded, f"{key}: {pair.effect} is recorded, the table says {change}"
        assert change.update | change.replace == {key, *pair.along} | ({"tagsAll"} if key == "tags" else set())


@every_type
def test_what_was_created_is_found_unchanged(aws: Aws, token: str) -> None:
    living = Living(aws, token)
    assert aws.read(living.ref, living.inputs, living.outputs) == (living.inputs, living.outputs)


@every_type
def test_an_edit_of_any_input_is_seen_and_repaired(aws: Aws, token: str) -> None:
    living = Living(aws, token)
    for key in living.having("update"):
        if living.pairs[key].first is not None:
            living.edit(living.checked(key))
            assert key in living.drift(), f"an edit of {key} goes unseen"
            living.repair()
            assert not living.drift(), f"{key} is not repaired"


@every_type
def test_an_update_of_any_input_arrives(aws: Aws, token: str) -> None:
    living = Living(aws, token)
    for key in living.having("update", "record", "once"):
        inputs = living.checked(key)
        living.outputs = aws.update(living.ref, living.inputs, inputs, living.outputs, preview=False)
        assert living.seen(inputs) == inputs
        if living.pairs[key].effect != "once":
            living.outputs = aws.update(living.ref, inputs, living.inputs, living.outputs, preview=False)
            assert living.seen() == living.inputs


@every_type
def test_tags_of_others_are_seen_and_removed(aws: Aws, token: str) -> None:
    living = Living(aws, token)
    if living.kind.tag is None:
        assert "tagsAll" not in living.inputs
        return
    living.kind.tag(aws._cloud(living.inputs), living.ref.id, living.outputs, {"Name": "taken", "Foreign": "yes"}, [])
    assert living.drift() == {"tags", "tagsAll"}
    living.repair()
    assert not living.drift()


@every_type
def test_what_was_deleted_is_gone_and_deleting_it_again_is_fine(aws: Aws, token: str) -> None:
    living = Living(aws, token)
    aws.delete(living.ref, living.inputs, living.outputs)
    assert TABLE[token].read is _lives_on(token) or living.seen() is None
    aws.delete(living.ref, living.inputs, living.outputs)


@every_type
def test_a_stack_that_is_deleted_leaves_only_keys_that_wait(aws: Aws, token: str) -> None:
    for region in ("us-east-1", "us-west-2", "eu-west-1"):
        aws._cloud({"region": region})("ec2").describe_vpcs()  # the default network comes with the first request
    before = set(census.objects())
    living = Living(aws, token)
    aws.delete(living.ref, living.inputs, living.outputs)
    living.world.vanish()
    assert {line.split()[2] for line in set(census.objects()) - before} <= {"kms.keys"}


def _lives_on(token: str) -> object:
    """None goes by itself: they come with the network or the region, or go with what they belong to."""
    lasting = (":DefaultSecurityGroup", ":VpcPeeringConnectionAccepter", ":SecretVersion", ":BucketVersioning")
    lasting += (":DetectorFeature", ":RecorderStatus", ":EncryptionByDefault")
    return TABLE[token].read if token.endswith(lasting) else None


def test_a_rule_put_into_the_default_group_is_seen_and_taken_out(aws: Aws) -> None:
    living = Living(aws, "aws:ec2/defaultSecurityGroup:DefaultSecurityGroup")
    ports = {"IpProtocol": "tcp", "FromPort": 22, "ToPort": 22, "IpRanges": [{"CidrIp": "0.0.0.0/0"}]}
    aws._cloud({})("ec2").authorize_security_group_ingress(GroupId=living.ref.id, IpPermissions=[ports])
    assert living.drift() == {"ingress"}
    living.repair()
    assert not living.drift()


@every_type
def test_an_import_finds_what_the_cloud_tells(aws: Aws, token: str) -> None:
    living = Living(aws, token)
    fuller = {  # what the vendor's import names besides
        ":PodIdentityAssociation": f"{living.inputs.get('clusterName')},{living.ref.id}",
        ":Permission": f"{living.inputs.get('function')}/{living.ref.id}",
        ":Selection": f"{living.inputs.get('planId')}|{living.ref.id}",
        ":EventTarget": f"{living.inputs.get('rule')}/{living.inputs.get('targetId')}",
    }
    known_as = next((id_ for end, id_ in fuller.items() if token.endswith(end)), living.ref.id)
    there = provider(ACCOUNT, living.inputs["region"], tagged=True) if "region" in living.pairs else aws
    found = there.read(ref(token, id_=known_as), {}, {})
    assert found is not None
    change = there.diff(living.ref, found[0], living.inputs, {})
    # The cloud never tells who bootstrapped a cluster, so the vendor's import does not know either.
    untold = living.kind.write_only | ({"accessConfig"} if token.endswith(":Cluster") else set())
    assert change.update | change.replace <= untold
