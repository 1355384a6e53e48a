"""A release whose chart cannot be had: its CRDs, for a few its programs, and a record as helm would keep one."""

import base64
import importlib
import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, replace
from typing import Any

from sandbox.cluster.api import Api, Object
from sandbox.cluster.control_plane import ControlPlane
from sandbox.providers.kubernetes import ready, upstream
from sandbox.providers.kubernetes.charts import Chart
from sandbox.providers.protocol import ProviderError

MANAGER = "laptop-release"
# Charts whose programs truly run here, beside the cluster: module with start(plane, values) and stop(plane).
_COMPANIONS = {"argo-cd": "sandbox.cluster.argocd", "metrics-server": "sandbox.cluster.metrics"}


@dataclass(frozen=True)
class Record:
    """What a stand-in release is: kept in a Secret of its namespace, because values may name secrets."""

    namespace: str
    name: str
    chart: str
    version: str
    values: Mapping[str, Any]
    revision: int = 1
    definitions: list[str] = field(default_factory=list)  # CRDs that this release brought


def companion(chart: str) -> Any:
    """The module that runs a chart's programs, None for most; imported late, because no other chart needs it."""
    return importlib.import_module(_COMPANIONS[chart]) if chart in _COMPANIONS else None


def load(api: Api, namespace: str, name: str) -> Record | None:
    """The record of a stand-in release; None where there is none."""
    live = api.live(_secret(namespace, name))
    return Record(**json.loads(base64.b64decode(live["data"]["record"]))) if live else None


def install(plane: ControlPlane, chart: Chart, wanted: Record, flags: Mapping[str, Any]) -> tuple[Record, str]:
    """Bring what is known of the chart; returns the new record, and a sentence on how much that is."""
    api, before = plane.api, load(plane.api, wanted.namespace, wanted.name)
    _place(api, wanted, create=bool(flags.get("createNamespace")))
    known = upstream.upstream(chart)
    definitions = [] if flags.get("skipCrds") else list(known.crds() if known else upstream.permissive(chart))
    brought = _define(api, definitions, set(before.definitions if before else ()))
    if program := companion(chart.name):
        defaults = next(upstream.documents(known.defaults)) if known else {"configs": {"cm": {}}}
        program.start(plane, _plain(upstream.merged(defaults, wanted.values)))
    record = replace(wanted, revision=before.revision + 1 if before else 1, definitions=brought)
    save(api, record)
    return record, _sentence(chart, known, len(definitions))


def save(api: Api, record: Record) -> None:
    """Write the record down."""
    content = base64.b64encode(json.dumps(asdict(record)).encode()).decode()
    api.apply({**_secret(record.namespace, record.name), "data": {"record": content}}, MANAGER)


def remove(plane: ControlPlane, record: Record) -> None:
    """Take away what the release brought; Argo CD ends after its own kinds, which its finalizers need it for."""
    doomed = [live for name in record.definitions if (live := plane.api.live(_definition(name))) is not None]
    for live in doomed:
        plane.api.delete(live)
    for live in doomed:
        if kept := ready.await_gone(plane.api, live, live["metadata"]["uid"]):
            raise ProviderError(
                f"release {record.namespace}/{record.name}: CustomResourceDefinition {live['metadata']['name']} is "
                f"{kept}; delete the objects of that kind first"
            )
    if program := companion(record.chart):
        program.stop(plane)
    forget(plane.api, record)


def forget(api: Api, record: Record) -> None:
    """Drop the record only, where a real release takes over what it stood for."""
    api.delete(_secret(record.namespace, record.name))


def _place(api: Api, wanted: Record, *, create: bool) -> None:
    if api.get("v1", "Namespace", wanted.namespace) is None:
        if not create:
            raise ProviderError(
                f'release {wanted.namespace}/{wanted.name}: namespaces "{wanted.namespace}" not found; create it first '
                "and depend on it, or set create_namespace"
            )
        api.apply({"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": wanted.namespace}}, MANAGER)


def _define(api: Api, definitions: list[Object], ours: set[str]) -> list[str]:
    """Apply the CRDs, but those that somebody else installed; returns the names of ours once they are served."""
    applied = {}
    for definition in definitions:
        name = definition["metadata"]["name"]
        if name in ours or api.live(definition) is None:
            applied[name] = (definition, api.apply(definition, MANAGER))
    for name, (definition, live) in applied.items():
        _, missing = ready.await_ready(api, definition, live)
        if missing:
            raise ProviderError(
                f"CustomResourceDefinition {name} is not served: {missing}; correct it where it is kept"
            )
    return sorted(applied)


def _sentence(chart: Chart, known: upstream.Upstream | None, definitions: int) -> str:
    """What the user gets in place of the chart, and how much of it was checked."""
    parts = [f"{definitions} {'of its' if known else 'permissive'} CRDs"] if definitions else []
    parts += ["its programs beside the cluster"] if companion(chart.name) else []
    checked = "neither its values nor its objects were validated, since nothing is known of it"
    if known is not None:
        source = "" if known.version == chart.version else f" of version {known.version}"
        checked = f"its values were checked against upstream's defaults{source}"
    instead = " and ".join(parts) or "nothing"
    return (
        f"chart {chart} cannot be had here; instead of it: {instead}; {checked}. Put it into CHARTS_DIR to install it"
    )


def _plain(values: Any) -> Any:
    """Without what is null or a template: helm would render those."""
    if isinstance(values, dict):
        kept = {key: _plain(item) for key, item in values.items()}
        return {key: item for key, item in kept.items() if item is not None and "{{" not in str(item)}
    return values


def _secret(namespace: str, name: str) -> Object:
    meta = {"name": f"laptop-release.{name}", "namespace": namespace, "labels": {"owner": "laptop-cloud"}}
    return {"apiVersion": "v1", "kind": "Secret", "metadata": meta}


def _definition(name: str) -> Object:
    return {"apiVersion": "apiextensions.k8s.io/v1", "kind": "CustomResourceDefinition", "metadata": {"name": name}}
