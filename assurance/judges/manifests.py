"""The objects of a stack's clusters as manifests."""

from collections.abc import Iterable, Mapping
from typing import Any

from assurance.judges.resources import Resource

NO_OBJECTS = {
    "kubernetes:helm.sh/v3:Release": "its objects come out of Helm; values are checked against the chart's own",
}
"""Types below `kubernetes:` that are no objects -> where they are judged instead."""


def manifests(resources: Iterable[Resource]) -> Mapping[str, tuple[Resource, dict[str, Any]]]:
    """Kind, namespace and name as checkov writes them -> the resource and its manifest."""
    found = {}
    for each in resources:
        if each.type.startswith("kubernetes:") and each.type not in NO_OBJECTS:
            shown = dict(each.inputs)
            # A patch is judged as what it patches: that is what it will be part of.
            shown["kind"] = str(shown["kind"]).removesuffix("Patch")
            metadata = {"name": each.name, **(shown.get("metadata") or {})}
            shown["metadata"] = metadata
            found[f"{shown['kind']}.{metadata.get('namespace', 'default')}.{metadata['name']}"] = (each, shown)
    return found
