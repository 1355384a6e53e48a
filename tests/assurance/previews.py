"""Previews in process: what `pulumi preview --json` would say of a program whose stack is up, without an engine."""

from collections.abc import Callable, Iterator
from typing import Any

import pulumi
from pulumi.runtime import mocks
from pulumi.runtime.proto import resource_pb2
from pulumi.runtime.settings import SETTINGS, set_root_resource
from pulumi.runtime.stack import run_in_stack
from pulumi.runtime.sync_await import _ensure_event_loop, _sync_await

from sandbox.providers.kubernetes.provider import Kubernetes
from sandbox.providers.protocol import UNKNOWN, Ref, packed, plain
from tests import recorder
from tests.recorder import Record

CLUSTER = "clusterIdentifier"


class Previewer(recorder.Engine):
    """Answers each registration as the engine does at a preview: from the state, or with what is not known yet."""

    def __init__(self, before: recorder.Engine) -> None:
        super().__init__()
        self._before = {record.urn: record for record in before.records}
        self._kubernetes = Kubernetes()
        self._kubernetes.configure({"kubeconfig": UNKNOWN})
        self.steps: list[dict[str, Any]] = []

    def RegisterResource(self, request: Any) -> Any:  # noqa: N802 the monitor's protocol
        if request.type == "pulumi:pulumi:Stack":
            return super().RegisterResource(request)
        urn, inputs = self.make_urn(request.parent, request.type, request.name), plain(request.object)
        ref, old = Ref(request.type, request.name, urn), self._before.get(urn)
        if ref.token == "pulumi:providers:aws":
            self._answer(ref, inputs, request)
        was, now, because = self._compared(ref, old, inputs, request)
        record = recorder._record(request, urn, old.id if old else "", now, {})
        op = "replace" if because else "create" if old is None else "same" if was == now else "update"
        self._note(op, urn, old and (was, old), (now, record), sorted(because))
        outputs = now if old is None or because else {**old.outputs, **now}
        id_ = old.id if old and not because else ""
        self.resources[urn] = mocks.MockMonitor.ResourceRegistration(urn, id_, outputs)
        self.records.append(record)
        return resource_pb2.RegisterResourceResponse(urn=urn, id=id_, object=packed(outputs))

    def digest(self) -> dict[str, Any]:
        """The document, with what the program no longer declares."""
        seen = {record.urn for record in self.records}
        for urn, old in self._before.items():
            if urn not in seen:
                self._note("delete", urn, (old.inputs, old), None, [])
        return {"steps": [step for step in self.steps if step["op"] != "same" or _shown(step)]}

    def _compared(
        self, ref: Ref, old: Record | None, inputs: dict[str, Any], request: Any
    ) -> tuple[dict[str, Any], dict[str, Any], frozenset[str]]:
        """Old inputs, new inputs, and those that call for a replacement."""
        was = old.inputs if old else {}
        if ref.token.startswith("aws:"):
            provider = self._provider(request.provider)
            now = provider.check(ref, inputs, {})
            if old is None:
                return {}, now, frozenset()
            was = self._provider_before(old).check(ref, was, {})
            now = {key: value for key, value in now.items() if key not in request.ignoreChanges}
            now |= {key: was[key] for key in request.ignoreChanges if key in was}
            return was, now, provider.diff(ref, was, now, old.outputs).replace
        if old and ref.token.startswith("kubernetes:"):
            if self._cluster(request.provider) != self._before[_urn(old.provider)].inputs.get(CLUSTER):
                return was, inputs, frozenset({"provider"})
            return was, inputs, self._kubernetes.diff(ref, was, inputs, {}).replace
        return was, inputs, frozenset()

    def _provider_before(self, old: Record) -> Any:
        urn = _urn(old.provider)
        key = f"before {urn}"
        if key not in self._providers:
            self._providers[key] = recorder._aws(self._before[urn].inputs)
        return self._providers[key]

    def _cluster(self, provider: str) -> Any:
        found = next(record for record in self.records if record.urn == _urn(provider))
        return found.inputs.get(CLUSTER)

    def _note(self, op: str, urn: str, old: Any, new: Any, because: list[str]) -> None:
        step: dict[str, Any] = {"op": op, "urn": urn, "replaceReasons": because}
        for name, side in (("oldState", old), ("newState", new)):
            if side:
                inputs, record = side
                step[name] = {"type": record.token, "inputs": inputs, "protect": bool(record.options["protect"])}
                step[name]["retainOnDelete"] = bool(record.options["retain_on_delete"])
        self.steps.append(step)


def _shown(step: dict[str, Any]) -> bool:
    """Whether the engine tells of a resource that stays the same: when its protection changes."""
    return bool(step["oldState"]["protect"] != step["newState"]["protect"])


def _urn(reference: str) -> str:
    """The URN of a provider, from a reference that ends with its id."""
    return reference.rpartition("::")[0]


def preview(before: recorder.Engine, program: Callable[[], Any], stack: str) -> dict[str, Any]:
    """What the engine would say of the program, on the AWS of the test, where `before` is up."""
    engine = Previewer(before)
    SETTINGS.outputs.clear()
    pulumi.runtime.set_mocks(None, project="platform", stack=stack, preview=True, monitor=engine)  # type: ignore[arg-type]  # the monitor answers
    _ensure_event_loop().set_default_executor(recorder._InTurn())
    set_root_resource(None)  # type: ignore[arg-type]  # the program's own stack resource takes the exports
    _sync_await(run_in_stack(lambda: program() and None))
    return engine.digest()


def changed(digest: dict[str, Any]) -> Iterator[str]:
    """`op name` of each step, to see what an edit really does."""
    for step in digest["steps"]:
        yield f"{step['op']} {step['urn'].split('::', 2)[2]}"
