"""The primary of a key of several regions moves to a replica, and nowhere else."""

from typing import Any

import boto3
import pytest
from botocore.exceptions import ClientError

from sandbox.providers.protocol import ProviderError
from tests.sandbox.aws_world import REGION, World, tagging_provider

HERE, AWAY, FAR = "us-east-1", "us-west-2", "eu-west-1"


def kms(region: str = HERE) -> Any:
    return boto3.client("kms", region_name=region)


@pytest.fixture
def key(local_aws: None) -> str:
    """A key of three regions, the first of which has the primary."""
    id_ = str(kms().create_key(MultiRegion=True)["KeyMetadata"]["KeyId"])
    for region in (AWAY, FAR):
        kms().replicate_key(KeyId=id_, ReplicaRegion=region)
    return id_


def told(region: str, key: str) -> tuple[str, str, list[str]]:
    """What a region says that it has: which of the two, where the primary is, and where the replicas are."""
    found = kms(region).describe_key(KeyId=key)["KeyMetadata"]["MultiRegionConfiguration"]
    assert found["PrimaryKey"]["Arn"].split(":")[3] == found["PrimaryKey"]["Region"]
    replicas = [each["Region"] for each in found["ReplicaKeys"]]
    return found["MultiRegionKeyType"], found["PrimaryKey"]["Region"], sorted(replicas)


def refused(call: Any, **request: Any) -> str:
    with pytest.raises(ClientError) as error:
        call(**request)
    return str(error.value.response["Error"]["Code"])


def test_every_region_tells_where_the_primary_has_gone(key: str) -> None:
    answer = kms().update_primary_region(KeyId=key, PrimaryRegion=AWAY)
    assert answer.keys() == {"ResponseMetadata"}
    assert told(HERE, key) == ("REPLICA", AWAY, [FAR, HERE])
    assert told(AWAY, key) == ("PRIMARY", AWAY, [FAR, HERE])
    assert told(FAR, key) == ("REPLICA", AWAY, [FAR, HERE])


def test_the_primary_comes_back_by_the_same_call_where_it_is_then(key: str) -> None:
    before = [told(region, key) for region in (HERE, AWAY, FAR)]
    kms().update_primary_region(KeyId=key, PrimaryRegion=AWAY)
    arn = kms(AWAY).describe_key(KeyId=key)["KeyMetadata"]["Arn"]
    kms(AWAY).update_primary_region(KeyId=arn, PrimaryRegion=HERE)
    assert [told(region, key) for region in (HERE, AWAY, FAR)] == before


def test_what_was_sealed_before_is_opened_in_every_region_after(key: str) -> None:
    sealed = kms().encrypt(KeyId=key, Plaintext=b"card")["CiphertextBlob"]
    kms().update_primary_region(KeyId=key, PrimaryRegion=AWAY)
    assert [kms(region).decrypt(CiphertextBlob=sealed)["Plaintext"] for region in (HERE, AWAY)] == [b"card", b"card"]


def test_only_the_primary_of_several_regions_moves_and_only_to_a_replica(key: str) -> None:
    alone = kms().create_key()["KeyMetadata"]["KeyId"]
    move = kms().update_primary_region
    assert refused(move, KeyId=alone, PrimaryRegion=AWAY) == "UnsupportedOperationException"
    assert refused(kms(AWAY).update_primary_region, KeyId=key, PrimaryRegion=FAR) == "UnsupportedOperationException"
    assert refused(move, KeyId=key, PrimaryRegion="eu-west-2") == "NotFoundException"
    assert refused(move, KeyId="mrk-" + "0" * 32, PrimaryRegion=AWAY) == "NotFoundException"
    assert told(AWAY, key) == ("REPLICA", HERE, [FAR, AWAY])


@pytest.mark.parametrize("region", [HERE, AWAY])
def test_a_key_that_is_not_enabled_does_not_move(key: str, region: str) -> None:
    move = {"KeyId": key, "PrimaryRegion": AWAY}
    kms(region).disable_key(KeyId=key)
    assert refused(kms().update_primary_region, **move) == "DisabledException"
    kms(region).schedule_key_deletion(KeyId=key, PendingWindowInDays=7)
    assert refused(kms().update_primary_region, **move) == "KMSInvalidStateException"


def test_a_stack_reads_its_keys_only_where_it_put_the_primary(local_aws: None) -> None:
    world = World(tagging_provider())
    primary = world.make("Key", multiRegion=True)
    world.make("ReplicaKey", primaryKeyArn=primary["arn"], region=AWAY)
    before = [world.aws.read(*each) for each in world.made]
    kms().update_primary_region(KeyId=primary["keyId"], PrimaryRegion=AWAY)
    for each in world.made:
        with pytest.raises(ProviderError, match=r"is not a multi-Region (primary|replica) key; move the primary back"):
            world.aws.read(*each)
    kms(AWAY).update_primary_region(KeyId=primary["keyId"], PrimaryRegion=REGION)
    assert [world.aws.read(*each) for each in world.made] == before
