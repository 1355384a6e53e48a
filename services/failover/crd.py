"""The `Failover` kind as a CustomResourceDefinition, made of the models that read it."""

from typing import Any

from services.failover.spec import Spec


def definition() -> dict[str, Any]:
    """What `kubectl apply` takes: the cluster refuses what the controller would refuse, as far as a schema can."""
    names = {"kind": "Failover", "listKind": "FailoverList", "plural": "failovers", "singular": "failover"}
    spec = _structural(Spec.model_json_schema(by_alias=True))
    schema = {"type": "object", "required": ["spec"], "properties": {"spec": spec}}
    version = {"name": "v1", "served": True, "storage": True, "schema": {"openAPIV3Schema": schema}}
    return {
        "apiVersion": "apiextensions.k8s.io/v1",
        "kind": "CustomResourceDefinition",
        "metadata": {"name": "failovers.dr.company.com"},
        "spec": {"group": "dr.company.com", "scope": "Namespaced", "names": names, "versions": [version]},
    }


def _structural(schema: dict[str, Any]) -> dict[str, Any]:
    """The schema without references, titles and unions, none of which a structural schema has."""
    shared = schema.get("$defs", {})

    def plain(part: dict[str, Any]) -> dict[str, Any]:
        if "$ref" in part:
            return plain(shared[part["$ref"].rpartition("/")[2]])
        if "oneOf" in part:
            return _united([plain(each) for each in part["oneOf"]])
        if "anyOf" in part:
            return plain(next(each for each in part["anyOf"] if each.get("type") != "null"))
        kept = {key: part[key] for key in ("type", "enum", "pattern", "minimum", "minItems", "required") if key in part}
        if "const" in part:
            kept["enum"] = [part["const"]]
        if "items" in part:
            kept["items"] = plain(part["items"])
        if "properties" in part:
            kept["properties"] = {name: plain(each) for name, each in part["properties"].items()}
        return kept

    return plain(schema)


def _united(variants: list[dict[str, Any]]) -> dict[str, Any]:
    """An object that may be any of these: every field of all, required what all require."""
    properties: dict[str, Any] = {}
    for variant in variants:
        for name, field in variant["properties"].items():
            known = properties.setdefault(name, dict(field))
            if "enum" in known:
                known["enum"] = sorted({*known["enum"], *field["enum"]})
    required = sorted(set.intersection(*(set(variant.get("required", ())) for variant in variants)))
    return {"type": "object", "required": required, "properties": properties}
