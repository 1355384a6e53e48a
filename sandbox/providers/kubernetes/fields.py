"""What a changed field means: update or replace, as in the vendor's provider; and what counts as drift."""

import base64
import json
from collections.abc import Iterator, Mapping
from contextlib import suppress
from typing import Any

from sandbox.providers.protocol import Change

Object = dict[str, Any]
AUTONAMED = "pulumi.com/autonamed"
LAST_APPLIED = "kubectl.kubernetes.io/last-applied-configuration"
WITHHELD = "[not what the program says]"

_IDENTITY = frozenset({"apiVersion", "kind", "metadata.name", "metadata.namespace"})
_POD = (
    "affinity automountServiceAccountToken containers dnsConfig dnsPolicy enableServiceLinks hostAliases hostIPC "
    "hostNetwork hostPID hostname imagePullSecrets initContainers nodeName nodeSelector overhead preemptionPolicy "
    "priority priorityClassName readinessGates restartPolicy runtimeClassName schedulerName securityContext "
    "serviceAccount serviceAccountName shareProcessNamespace subdomain terminationGracePeriodSeconds volumes"
)
_VOLUME = (
    "awsElasticBlockStore azureDisk azureFile cephfs cinder csi fc flexVolume flocker gcePersistentDisk glusterfs "
    "hostPath iscsi local nfs photonPersistentDisk portworxVolume quobyte rbd scaleIO storageos vsphereVolume"
)


def _spec(words: str) -> frozenset[str]:
    return frozenset(f"spec.{word}" for word in words.split())


# (API group, kind) -> fields whose change replaces the object, as the vendor's provider has them.
REPLACED: Mapping[tuple[str, str], frozenset[str]] = {
    ("apps", "DaemonSet"): _spec("selector"),
    ("apps", "Deployment"): _spec("selector"),
    ("apps", "StatefulSet"): _spec(
        "podManagementPolicy revisionHistoryLimit selector serviceName volumeClaimTemplates"
    ),
    ("batch", "Job"): _spec("completions parallelism selector template"),
    ("rbac.authorization.k8s.io", "ClusterRoleBinding"): frozenset({"roleRef"}),
    ("rbac.authorization.k8s.io", "RoleBinding"): frozenset({"roleRef"}),
    ("storage.k8s.io", "StorageClass"): frozenset({"parameters", "provisioner"}),
    ("", "PersistentVolume"): _spec(_VOLUME),
    ("", "PersistentVolumeClaim"): _spec("accessModes selector storageClassName volumeName"),
    ("", "Pod"): _spec(_POD),
    ("", "ResourceQuota"): _spec("scopes"),
    ("", "ConfigMap"): frozenset({"binaryData", "data"}),
    ("", "Secret"): frozenset({"data", "stringData", "type"}),
    ("", "Service"): _spec("clusterIP"),
}


def group(api_version: str) -> str:
    """The API group of an apiVersion; empty for the core."""
    return api_version.rpartition("/")[0]


def changed(old: Mapping[str, Any], new: Mapping[str, Any]) -> set[str]:
    """Paths that differ, two levels deep below metadata and spec, one elsewhere; a null counts as absent."""
    found = set()
    for key in old.keys() | new.keys():
        before, after = _bare(old.get(key)), _bare(new.get(key))
        if before == after:
            continue
        if key in ("metadata", "spec") and isinstance(before, dict) and isinstance(after, dict):
            found |= {
                f"{key}.{inner}" for inner in before.keys() | after.keys() if before.get(inner) != after.get(inner)
            }
        else:
            found.add(key)
    return found


def compare(old: Mapping[str, Any], new: Mapping[str, Any]) -> Change:
    """Update or replace."""
    differing, kind = changed(old, new), str(new.get("kind"))
    forcing = _IDENTITY | REPLACED.get((group(str(new.get("apiVersion"))), kind), frozenset())
    if group(str(old.get("apiVersion"))) == group(str(new.get("apiVersion"))) and old.get("kind") == kind:
        forcing -= {"apiVersion"}  # another version of one kind is the same object
    replace = frozenset(differing & forcing)
    same_place = all(_at(old, part) == _at(new, part) for part in ("name", "namespace"))
    notes = _at(new, "annotations")
    autonamed = isinstance(notes, dict) and notes.get(AUTONAMED) == "true"
    return Change(frozenset(differing) - replace, replace, delete_first=bool(replace) and same_place and not autonamed)


def _at(inputs: Mapping[str, Any], part: str) -> Any:
    meta = inputs.get("metadata")
    return meta.get(part) if isinstance(meta, dict) else None


def _bare(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _bare(item) for key, item in value.items() if item is not None}
    return [_bare(item) for item in value] if isinstance(value, list) else value


def project(wanted: Any, live: Any) -> Any:
    """`live` reduced to the fields that `wanted` mentions; lists keep every element, reduced where it has a twin.

    An empty map mentions all: `podSelector: {}` is a rule for every pod, and no other.
    """
    if isinstance(wanted, dict) and isinstance(live, dict) and wanted:
        return {key: project(item, live[key]) for key, item in wanted.items() if key in live}
    if isinstance(wanted, list) and isinstance(live, list):
        twins = dict(_keyed(wanted))
        return [project(twins.get(key), item) for key, item in _keyed(live)]
    return live


def _keyed(items: list[Any]) -> Iterator[tuple[Any, Any]]:
    """Each element under its name where all have one, else under its position."""
    names = [item.get("name") if isinstance(item, dict) else None for item in items]
    return zip(names if all(names) else range(len(items)), items, strict=True)


def drifted(inputs: Any, desired: Any, live: Any) -> Any:
    """The inputs with live values where the cluster differs from `desired`, which is what the API makes of the inputs.

    A quantity that the API spells otherwise, or a default that it fills in, is therefore no drift.
    """
    if project(inputs, desired) == project(inputs, live):
        return inputs
    if not (inputs and isinstance(inputs, dict) and isinstance(desired, dict) and isinstance(live, dict)):
        return project(inputs, live)
    kept = {key: item for key, item in inputs.items() if key in live or key not in desired}
    return {key: drifted(item, desired.get(key), live.get(key)) for key, item in kept.items()}


def manifest(inputs: Mapping[str, Any]) -> Object:
    """The object to apply: without nulls, and a Secret's stringData as the data it becomes."""
    obj = _bare(dict(inputs))
    plain = obj.pop("stringData", {}) if obj.get("kind") == "Secret" else {}
    if plain:
        encoded = {key: base64.b64encode(str(value).encode()).decode() for key, value in plain.items()}
        obj["data"] = {**obj.get("data", {}), **encoded}
    return obj


def revealed(obj: Object, inputs: Mapping[str, Any]) -> Object:
    """A withheld Secret with stringData as the inputs had it, so that the two can be compared."""
    if "stringData" not in inputs:
        return obj
    told = {key: item for key, item in inputs["stringData"].items() if key in obj.get("data", {})}
    return {**obj, "stringData": {key: WITHHELD if obj["data"][key] == WITHHELD else told[key] for key in told}}


def withheld(live: Object, wanted: Mapping[str, Any]) -> Object:
    """The live object without what somebody else may have hidden in it: the engine keeps and traces what it is told.

    Of a Secret it is told the program's own values; in place of another stands WITHHELD. Of a custom resource it is
    told what the program speaks of. What kubectl last applied, a Secret's content included, it is never told.
    """
    meta = dict(live["metadata"])
    if LAST_APPLIED in meta.get("annotations", {}):
        meta["annotations"] = {key: item for key, item in meta["annotations"].items() if key != LAST_APPLIED}
    told = {**live, "metadata": meta}
    if live["kind"] == "Secret":
        ours = wanted.get("data", {})
        data = {
            key: item if item == ours[key] else WITHHELD for key, item in live.get("data", {}).items() if key in ours
        }
        return told | {"data": data}
    if is_custom(live):
        own = {key: meta[key] for key in ("uid", "creationTimestamp") if key in meta}
        told = project(wanted, told)
        return told | {"metadata": own | told["metadata"]}
    return told


def is_custom(obj: Mapping[str, Any]) -> bool:
    """Whether a CRD defines its kind."""
    owner = group(obj["apiVersion"])
    return "." in owner and not owner.endswith(".k8s.io")


def adopted(live: Mapping[str, Any]) -> Object:
    """The inputs of an object nobody described yet: its last applied configuration, else all that is not the API's."""
    meta = {
        key: live["metadata"][key] for key in ("name", "namespace", "labels", "annotations") if key in live["metadata"]
    }
    rest = {key: item for key, item in live.items() if key not in ("metadata", "status")}
    labels = {key: item for key, item in meta.pop("labels", {}).items() if key != "kubernetes.io/metadata.name"}
    annotations = {key: item for key, item in meta.pop("annotations", {}).items() if "kubectl.kubernetes.io" not in key}
    if live["kind"] == "Namespace":
        rest.pop("spec", None)  # only the finalizer that the API sets
    named = {"labels": labels, "annotations": annotations}
    return {**rest, "metadata": meta | {key: item for key, item in named.items() if item}}


def secrets_in(inputs: Mapping[str, Any]) -> Iterator[str]:
    """Every form in which a Secret's values may turn up in somebody's message, longest first."""
    forms: set[str] = set()
    for text in _leaves([inputs.get("data"), inputs.get("stringData")]):
        forms |= {*_spelled(text), base64.b64encode(text.encode()).decode()}
        with suppress(ValueError):
            forms |= _spelled(base64.b64decode(text, validate=True).decode())
    yield from sorted((form for form in forms if len(form) > 2), key=len, reverse=True)


def _spelled(text: str) -> set[str]:
    """As it is, as JSON has it, and as Python has it."""
    return {text, json.dumps(text)[1:-1], text.encode("unicode_escape").decode()}


def _leaves(value: Any) -> Iterator[str]:
    if isinstance(value, dict):
        value = list(value.values())
    if isinstance(value, list):
        for item in value:
            yield from _leaves(item)
    elif value is not None:
        yield str(value)
