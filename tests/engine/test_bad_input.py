"""Bad input is refused before anything is asked of any cloud, and loses nothing."""

import pytest

from tests.engine.laptop import Laptop

pytestmark = pytest.mark.engine

CASES = {
    "an unknown key": (("nat: single", "natt: single"), ["platform:stack.network.natt", "is no setting"]),
    "overlapping ranges within the stack": (
        ('version: "1.35"', 'version: "1.35"\n      service_cidr: 10.16.0.0/16'),
        ["service_cidr", "10.16.0.0/16", "overlaps"],
    ),
    "a zone of another region": (("us-east-1c]", "us-west-2c]"), ["platform:stack.network.zones", "us-west-2c"]),
    "an account of eleven digits": (
        ('"000000000101"', '"00000000101"'),
        ["platform:stack.account", "00000000101", "12"],
    ),
    "spot under PCI": (("max: 6", "max: 6\n          capacity: spot"), ["node_groups.general.capacity", "spot", "PCI"]),
    "a public endpoint in production": (
        ("production: false", "production: true"),
        ["platform:stack.cluster.endpoint.public", "production"],
    ),
    "a placeholder with a real account": (('"000000000101"', '"483920175566"'), ["example.com", "483920175566"]),
    "the wrong partition for the region": (
        ("region: us-east-1", "region: us-east-1\n    partition: aws-us-gov"),
        ["platform:stack.partition", "aws-us-gov", "us-east-1"],
    ),
    "an endpoint that the region does not have": (
        ("nat: single", "nat: single\n      endpoints: [s3, nosuchservice]"),
        ["platform:stack.network.endpoints", "nosuchservice"],
    ),
    "a version past support": (('version: "1.35"', 'version: "1.32"'), ["cluster.version", "1.32", "2026-03-23"]),
}


@pytest.mark.req("PLT-05")
@pytest.mark.parametrize("case", CASES)
def test_it_is_refused_with_no_request_and_the_state_unchanged(dev: Laptop, case: str) -> None:
    change, words = CASES[case]
    before = dev.requests(), dev.checkpoint(), dev.checkpoint("global")
    with dev.edited("Pulumi.dev.yaml", change):
        said = dev.command("up", "dev")
    assert said.status == 1
    for word in words:
        assert word in said.text, said.text
    assert "Traceback" not in said.text
    assert (dev.requests(), dev.checkpoint(), dev.checkpoint("global")) == before


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ((("environment: dev", "environment: other"),), ["dev", "other", "10.16.0.0/16"]),
        ((("10.16.0.0/16", "10.17.0.0/16"),), ["dev-platform"]),
    ],
    ids=["overlapping ranges between stacks", "two stacks with one name prefix"],
)
def test_a_sibling_that_clashes_is_refused_too(
    dev: Laptop, change: tuple[tuple[str, str], ...], words: list[str]
) -> None:
    before = dev.requests(), dev.checkpoint()
    text = (dev.checkout / "Pulumi.dev.yaml").read_text()
    for old, new in change:
        assert old in text
        text = text.replace(old, new)
    sibling = dev.checkout / "Pulumi.other.yaml"
    sibling.write_text(text)
    try:
        said = dev.command("up", "dev")
    finally:
        sibling.unlink()
    assert said.status == 1
    for word in words:
        assert word in said.text, said.text
    assert (dev.requests(), dev.checkpoint()) == before
