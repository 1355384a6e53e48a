"""What upstream says: each chart's default values and each operator's CRDs, as data at the catalogue's versions."""

import os
import re
from collections.abc import Iterator, Mapping
from functools import cache
from pathlib import Path
from typing import Any

import jsonschema
import pytest
import yaml

from sandbox.home import PROJECT

# Charts whose users set at top level what the file keeps under this key.
HIDDEN = "_internal_defaults_do_not_set"
# Maps that upstream hands on as they are: a ConfigMap, a protobuf, a program's flags.
HANDED_ON = {("argo-cd", "configs.cm"), ("istiod", "meshConfig"), ("cluster-autoscaler", "extraArgs")}
# Where the CRDs of the API groups in use are.
CRDS = {
    "argoproj.io": "argo-cd/*.yaml",
    "istio.io": "istio-base/*.yaml",
    "velero.io": "velero/*.yaml",
    "snapshot.storage.k8s.io": "snapshot-crds/*.yaml",
    "cert-manager.io": "cert-manager/*.yaml",
    "elbv2.k8s.aws": "aws-load-balancer-controller/crds.yaml",
    "gateway.networking.k8s.io": "gateway-api/*.yaml",
    "monitoring.coreos.com": "kube-prometheus-stack/crd-servicemonitors.yaml",
}
Loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


def directory() -> Path:
    """The folder with upstream's data; without it the test is skipped, and says where it looked."""
    folder = Path(os.environ.get("UPSTREAM_DIR") or PROJECT.parent / "shared" / "upstream")
    if not (folder / "INDEX.yaml").exists():
        pytest.skip(
            f"no upstream chart data at {folder}; set UPSTREAM_DIR to compare values and custom resources with it"
        )
    return folder


@cache
def index() -> dict[str, dict[str, Any]]:
    """Entries of the index by folder."""
    return {entry["dir"]: entry for entry in yaml.safe_load((directory() / "INDEX.yaml").read_text())}


def unknown_values(chart: str, values: Mapping[str, Any]) -> list[str]:
    """Dotted paths in `values` that the chart in folder `chart` does not know."""
    folder = directory() / "values" / chart
    text = (folder / "values.yaml").read_text()
    defaults = yaml.load(text, Loader)  # noqa: S506 one of PyYAML's safe loaders
    defaults = defaults.get(HIDDEN, defaults)
    parts = {part.name: part for part in (folder / "dependencies").glob("*")}
    unknown: list[str] = []
    for key, value in values.items():
        if key in parts and isinstance(value, Mapping):
            below = yaml.load((parts[key] / "values.yaml").read_text(), Loader)  # noqa: S506 one of PyYAML's safe loaders
            below = {**below, **(defaults.get(key) or {}), "enabled": True}
            unknown += _unknown(chart, value, below, (parts[key] / "values.yaml").read_text(), key)
        else:
            unknown += _unknown(chart, {key: value}, {"global": {}, **defaults}, text, "")
    return unknown


def _unknown(chart: str, values: Mapping[str, Any], defaults: Mapping[str, Any], text: str, at: str) -> Iterator[str]:
    for key, value in values.items():
        path = f"{at}.{key}".strip(".")
        if key not in defaults:
            # Optional keys are often shown in comments only.
            if not re.search(rf"^\s*#[\s#-]*{re.escape(key)}\s*:", text, re.MULTILINE):
                yield path
        elif isinstance(value, Mapping) and defaults[key] and (chart, path) not in HANDED_ON:
            if isinstance(defaults[key], Mapping):
                yield from _unknown(chart, value, defaults[key], text, path)
            else:
                yield path


def complaints(manifest: Mapping[str, Any]) -> list[str]:
    """What the CRD of the manifest's kind has against it, unknown fields included; an unknown kind is an error."""
    group, _, version = manifest["apiVersion"].partition("/")
    files = next(files for suffix, files in CRDS.items() if group.endswith(suffix))
    schema = _schemas(files)[group, version, manifest["kind"]]
    errors = jsonschema.Draft202012Validator(schema).iter_errors(manifest)
    return sorted(f"{error.json_path}: {error.message}" for error in errors)


@cache
def _schemas(files: str) -> dict[tuple[str, str, str], dict[str, Any]]:
    found = {}
    for path in sorted((directory() / "crds").glob(files)):
        for crd in filter(None, yaml.load_all(path.read_text(), Loader)):
            for version in crd["spec"]["versions"]:
                schema = _strict(version["schema"]["openAPIV3Schema"], root=True)
                found[crd["spec"]["group"], version["name"], crd["spec"]["names"]["kind"]] = schema
    return found


def _strict(schema: Mapping[str, Any], *, root: bool = False) -> dict[str, Any]:
    """A CRD's schema as JSON Schema that refuses fields the API server would prune."""
    if schema.get("x-kubernetes-int-or-string"):
        return {"type": ["integer", "string"]}
    own = {
        key: value for key, value in schema.items() if not key.startswith("x-") and key not in ("format", "nullable")
    }
    if "properties" in own:
        own["properties"] = {key: _strict(value) for key, value in own["properties"].items()}
        if root:
            own["properties"] |= {"apiVersion": {}, "kind": {}, "metadata": {"type": "object"}}
        if not schema.get("x-kubernetes-preserve-unknown-fields"):
            own["additionalProperties"] = False
    if isinstance(own.get("additionalProperties"), Mapping):
        own["additionalProperties"] = _strict(own["additionalProperties"])
    if "items" in own:
        own["items"] = _strict(own["items"])
    return {"anyOf": [own, {"type": "null"}]} if schema.get("nullable") else own
