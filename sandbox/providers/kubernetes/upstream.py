"""What is known of a chart without having it: its defaults and its CRDs, kept as data, and what follows for values."""

import json
import os
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import yaml

from sandbox.home import PROJECT, Home
from sandbox.providers.kubernetes.charts import Chart, on_disk, shown
from sandbox.providers.protocol import has_unknown

_KNOWN = yaml.safe_load(Path(__file__).with_name("charts.yaml").read_text())
_ISTIO = "_internal_defaults_do_not_set"  # Istio's charts keep their defaults under this key; users leave it out


class _Loader(yaml.CSafeLoader):
    """Takes a bare `=`, which one upstream CRD has, as the text that it is."""


_Loader.add_constructor("tag:yaml.org,2002:value", lambda loader, node: loader.construct_scalar(node))


def documents(text: str) -> Iterator[dict[str, Any]]:
    """Every document of a YAML stream that is not empty."""
    return (each for each in yaml.load_all(text, _Loader) if each)


@dataclass(frozen=True)
class Upstream:
    """What is known of a chart without the chart: folders of UPSTREAM_DIR, at `version`."""

    version: str
    values: Path
    definitions: Path

    @property
    def defaults(self) -> str:
        return (self.values / "values.yaml").read_text()

    def crds(self) -> Iterator[dict[str, Any]]:
        """The chart's CRDs; what converts between their versions has nothing behind it here and is left out."""
        for path in sorted(self.definitions.glob("*.yaml")):
            for definition in documents(path.read_text()):
                definition["spec"].pop("conversion", None)
                definition.pop("status", None)
                yield definition


def upstream(chart: Chart) -> Upstream | None:
    """The data kept for a chart, whatever version they are of."""
    root = Path(os.environ.get("UPSTREAM_DIR") or PROJECT.parent / "shared" / "upstream")
    for entry in _index(root):
        same_place = not chart.repository or chart.repository.rstrip("/") == str(entry["repository"]).rstrip("/")
        if entry["chart"] == chart.name and same_place:
            return Upstream(entry["version"], root / "values" / entry["dir"], root / "crds" / entry["dir"])
    return None


@cache
def _index(root: Path) -> list[dict[str, Any]]:
    index = root / "INDEX.yaml"
    return next(iter(documents(index.read_text()))) if index.exists() else []  # type: ignore[return-value]  a list at the top


def permissive(chart: Chart) -> Iterator[dict[str, Any]]:
    """CRDs that accept anything, for the kinds that a chart is known to bring."""
    known, whole = _KNOWN.get(chart.name, {}).get("kinds", {}), _KNOWN.get(chart.name, {}).get("whole", [])
    schema = {"openAPIV3Schema": {"type": "object", "x-kubernetes-preserve-unknown-fields": True}}
    for api, kinds in known.items():
        group, _, versions = api.partition("/")
        for kind in kinds:
            parts: dict[str, Any] = {} if kind in whole else {"status": {}}
            served = [
                {"name": name, "served": True, "storage": place == 0, "schema": schema, "subresources": parts}
                for place, name in enumerate(versions.split(","))
            ]
            plural = re.sub(r"(?<![aeiou])y$", "ie", kind.lower()) + "s"
            names = {"kind": kind, "plural": plural, "singular": kind.lower(), "listKind": f"{kind}List"}
            scope = "Cluster" if kind.startswith("Cluster") else "Namespaced"
            yield {
                "apiVersion": "apiextensions.k8s.io/v1",
                "kind": "CustomResourceDefinition",
                "metadata": {"name": f"{plural}.{group}"},
                "spec": {"group": group, "names": names, "scope": scope, "versions": served},
            }


def faults(chart: Chart, values: Mapping[str, Any], home: Home) -> list[str]:
    """What the chart would ignore or refuse in `values`, by path; none where nothing is known of the chart.

    A key that the defaults hold only in a comment is known; below an empty default anything may stand.
    """
    path, known = on_disk(chart, home), upstream(chart)
    inner: dict[str, str] = {}
    if path is not None:
        text, dependencies = shown("values", path, home), _dependencies(shown("chart", path, home))
    elif known is not None:
        text, dependencies = known.defaults, _dependencies((known.values / "chart.yaml").read_text())
        files = {key: known.values / "dependencies" / name / "values.yaml" for key, name in dependencies.items()}
        inner = {key: file.read_text() for key, file in files.items() if file.exists()}
    else:
        return []
    top = next(documents(text), {})
    defaults = {"global": {}, **top.get(_ISTIO, top)}
    for key in dependencies:
        below = next(documents(inner.get(key, "")), {})
        # Nothing kept of a dependency: an empty default, below which anything may stand.
        defaults[key] = merged(below, defaults.get(key) or {}) | {"enabled": True, "global": {}} if below else {}
    found = _unknown(values, defaults, "\n".join([text, *inner.values()]), _KNOWN.get(chart.name, {}).get("open", []))
    schema = known.values / "values.schema.json" if known is not None and path is None else None  # helm reads its own
    return [f"{each} (unknown)" for each in found] + (_refused(merged(top, values), schema) if schema else [])


def _unknown(
    values: Mapping[str, Any], defaults: Mapping[str, Any], text: str, handed_through: list[str], at: str = ""
) -> Iterator[str]:
    for key, value in values.items():
        default, path = defaults.get(key), f"{at}{key}"
        if key not in defaults:
            if not re.search(rf"^\s*#[#\s-]*{re.escape(key)}\s*:", text, re.MULTILINE):
                yield path
        elif isinstance(value, dict) and isinstance(default, dict) and default and path not in handed_through:
            yield from _unknown(value, default, text, handed_through, f"{path}.")


def _refused(values: Mapping[str, Any], schema: Path) -> list[str]:
    """Paths that break the chart's schema, with the rule; never the value, which may be a secret."""
    if not schema.exists():
        return []
    import jsonschema

    rules = json.loads(schema.read_text())
    errors = jsonschema.validators.validator_for(rules)(rules).iter_errors(values)
    known = [error for error in errors if not has_unknown(error.instance)]
    return [f"{'.'.join(map(str, error.absolute_path))} (breaks the schema's {error.validator})" for error in known]


def merged(base: Mapping[str, Any], over: Mapping[str, Any]) -> dict[str, Any]:
    """Values as helm merges them: maps key by key, anything else replaced."""
    both = {key: merged(base[key], over[key]) for key in base.keys() & over.keys() if _maps(base[key], over[key])}
    return {**base, **over, **both}


def _maps(*values: Any) -> bool:
    return all(isinstance(value, dict) for value in values)


def _dependencies(chart: str) -> dict[str, str]:
    """Key in the parent's values -> name of the chart it depends on."""
    head: dict[str, Any] = next(documents(chart), {})
    return {each.get("alias", each["name"]): each["name"] for each in head.get("dependencies") or []}
