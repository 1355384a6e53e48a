"""What a changed input of a Kubernetes object leads to: the table beside this file, and an API server's word on it."""

from collections.abc import Iterator, Mapping
from copy import deepcopy
from pathlib import Path
from typing import Any

import pytest
import yaml

from sandbox.cluster.control_plane import ControlPlane
from sandbox.providers.kubernetes import fields, ready, upstream
from sandbox.providers.kubernetes.charts import Chart
from sandbox.providers.kubernetes.objects import Objects
from sandbox.providers.kubernetes.releases import Releases
from sandbox.providers.kubernetes.target import Target
from sandbox.providers.protocol import Props, Provider, ProviderError, packed, plain
from tests import records
from tests.sandbox.shapes import obj, ref

TABLE: Mapping[str, Mapping[str, Any]] = yaml.safe_load(Path(__file__).with_name("kubernetes_table.yaml").read_text())
EFFECTS = ("update", "replace", "vendor", "refused")
RELEASE = "kubernetes:helm.sh/v3:Release"
SPACE = "kinds"
offline = Objects(Target(None))
every_kind = pytest.mark.parametrize("token", sorted(TABLE))


def inputs_of(token: str) -> Props:
    """The object of a kind, with what `check` adds to it."""
    return _plain(offline.check(ref(token), TABLE[token]["object"], {}))


def changes(token: str, *effects: str) -> Iterator[tuple[str, str, Props]]:
    """Effect, path, and the inputs with another value there."""
    for effect in effects:
        for path, value in TABLE[token].get(effect, {}).items():
            inputs = deepcopy(inputs_of(token))
            block, _, inner = path.partition(".")
            if inner:
                inputs[block][inner] = value
            else:
                inputs[block] = value
            yield effect, path, inputs


def _plain(props: Props) -> Props:
    """As the engine hands it over: what a Secret holds is in the open."""
    return plain(packed(props))


def _paths(inputs: Props) -> set[str]:
    """Every input that is given, as a diff would name it."""
    return fields.changed({key: {} for key in inputs.keys() & {"metadata", "spec"}}, inputs)


def test_every_input_that_dev_gives_a_kubernetes_object_is_in_the_table() -> None:
    missing = set()
    for record in records.of_stack("dev").records:
        if record.token.startswith("kubernetes:") and record.token != RELEASE:
            known = {path for effect in EFFECTS for path in TABLE[record.token].get(effect, {})}
            always = {"apiVersion", "kind", "metadata.name", "metadata.namespace"}
            missing |= {(record.token, path) for path in _paths(record.inputs) - known - always}
    assert not missing


@every_kind
def test_a_changed_input_has_the_recorded_effect(token: str) -> None:
    for effect, path, inputs in changes(token, *EFFECTS):
        change = fields.compare(inputs_of(token), inputs)
        anew = effect in ("replace", "vendor")
        assert (change.update, change.replace) == ((frozenset(), {path}) if anew else ({path}, frozenset())), path


@every_kind
def test_another_name_or_namespace_is_another_object(token: str) -> None:
    inputs = inputs_of(token)
    for part in inputs["metadata"].keys() & {"name", "namespace"}:
        moved = inputs | {"metadata": inputs["metadata"] | {part: "other"}}
        assert fields.compare(inputs, moved).replace == {f"metadata.{part}"}


def test_an_empty_map_that_somebody_fills_is_drift() -> None:
    every, some = {"podSelector": {}}, {"podSelector": {"matchLabels": {"app": "it"}}}
    assert fields.drifted(every, every, some) == some
    assert fields.drifted(every, some, some) == every


def test_a_release_moves_to_a_new_one_and_is_upgraded_for_everything_else() -> None:
    inputs = records.of_stack("dev").of(RELEASE)[0].inputs | {"namespace": "one"}
    releases = Releases(Target(None), Provider())
    for key, value in inputs.items():
        change = releases.diff(ref(RELEASE), inputs, inputs | {key: [value]}, {})
        anew = key in ("name", "namespace")
        assert (change.update, change.replace) == ((frozenset(), {key}) if anew else ({key}, frozenset()))


@pytest.fixture(scope="module")
def objects(plane: ControlPlane) -> Iterator[Objects]:
    """The provider as dev has it, on a cluster that knows the custom kinds; nothing of it is left behind."""
    brought = [each for name in ("argo-cd", "base") for each in upstream.permissive(Chart(name, "", ""))]
    lasting = [each for each in brought if plane.api.live(each) is None]
    for definition in lasting:
        ready.await_ready(plane.api, definition, plane.api.apply(definition, "tests"))
    space = obj("v1", "Namespace", SPACE)
    plane.api.apply(space, "tests")
    yield Objects(Target(plane, force=True))
    for each in (space, *lasting):
        live = plane.api.live(each)
        plane.api.delete(each)
        assert live is None or ready.await_gone(plane.api, each, live["metadata"]["uid"]) is None


@pytest.fixture
def made(objects: Objects, token: str, monkeypatch: pytest.MonkeyPatch) -> Iterator[Props]:
    """An object of the kind, not waited for; gone after the test."""
    monkeypatch.setattr(ready, "await_ready", lambda api, obj, live: (live, None))
    inputs, api = inputs_of(token), objects.target.api
    objects.create(ref(token), inputs, preview=False)
    yield inputs
    api.delete(inputs)
    live = api.live(inputs)
    assert live is None or ready.await_gone(api, inputs, live["metadata"]["uid"]) is None


@pytest.mark.engine
@every_kind
def test_an_edit_of_any_input_is_seen_and_repaired(objects: Objects, token: str, made: Props) -> None:
    for effect, path, edited in changes(token, "update", "vendor"):
        if path in _paths(made):
            objects.target.api.apply(fields.manifest(edited), "somebody")
            seen = _read(objects, token, made)
            assert path in fields.changed(made, seen), f"an edit of {path} goes unseen"
            objects.update(ref(token), seen, made, {}, preview=False)
            assert _read(objects, token, made) == made, f"{path} is not repaired, by {effect}"


@pytest.mark.engine
@every_kind
def test_the_api_server_takes_in_place_what_the_table_says(objects: Objects, token: str, made: Props) -> None:
    for effect, path, changed in changes(token, *EFFECTS):
        try:
            objects.update(ref(token), made, changed, {}, preview=True)
            taken = True
        except ProviderError:
            taken = False
        assert taken == (effect in ("update", "vendor")), f"{path} is said to be {effect}"


def _read(objects: Objects, token: str, inputs: Props) -> Props:
    found = objects.read(ref(token), inputs, {})
    assert found is not None
    return _plain(found[0])
