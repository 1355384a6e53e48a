"""A sample of every type of the local AWS's table, as the engine keeps one: made, looked at, edited, repaired."""

from collections.abc import Mapping

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
    aws_samples_scheduler,
    aws_samples_storage,
    aws_samples_stores,
    aws_samples_web,
)
from tests.sandbox.aws_world import Pair, Sample, World, ref

SAMPLES: Mapping[str, Sample] = {
    **aws_samples_network.SAMPLES,
    **aws_samples_account.SAMPLES,
    **aws_samples_cluster.SAMPLES,
    **aws_samples_data.SAMPLES,
    **aws_samples_edge.SAMPLES,
    **aws_samples_failover.SAMPLES,
    **aws_samples_scheduler.SAMPLES,
    **aws_samples_storage.SAMPLES,
    **aws_samples_stores.SAMPLES,
    **aws_samples_web.SAMPLES,
    **aws_samples_guardrails.SAMPLES,
}


class Living:
    """One resource of a sample, as the engine keeps it."""

    def __init__(self, aws: Aws, token: str) -> None:
        self.aws, self.kind = aws, TABLE[token]
        self.before = frozenset(census.objects())
        """What was there before anything of the sample was."""
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
