"""Objects by server-side apply: dry-run at preview, readiness awaited, drift read back as inputs."""

import hashlib
import secrets
from collections.abc import Mapping
from contextlib import contextmanager
from typing import Any

from sandbox import journal
from sandbox.cluster.api import ApiError, Object, UnknownKindError
from sandbox.providers.kubernetes import fields, ready
from sandbox.providers.kubernetes.target import Target
from sandbox.providers.protocol import Change, PartialError, Props, ProviderError, Ref, has_unknown, secret

_CLUSTER_WIDE = (
    "APIService CSIDriver CSINode CertificateSigningRequest ClusterRole ClusterRoleBinding CustomResourceDefinition "
    "FlowSchema IngressClass MutatingAdmissionPolicy MutatingAdmissionPolicyBinding MutatingWebhookConfiguration "
    "Namespace Node PersistentVolume PriorityClass PriorityLevelConfiguration RuntimeClass StorageClass "
    "ValidatingAdmissionPolicy ValidatingAdmissionPolicyBinding ValidatingWebhookConfiguration VolumeAttachment"
)
CLUSTER_WIDE = frozenset(_CLUSTER_WIDE.split())
_FLEETING = ("managedFields", "resourceVersion", "generation")
_UNBORN = ("uid", "creationTimestamp")
_REMEDIES = {
    "NoKindMatch": "its CRD is not installed; let this resource depend on the release that brings it",
    "Conflict": "leave the field to its owner, or take it over with the annotation pulumi.com/patchForce: 'true'",
    "NotFound": "create what it names first and depend on it",
    "Invalid": "correct the named field",
    "BadRequest": "correct or remove the named field",
    "Forbidden": "meet the named rule",
    "Unreachable": "`make up` starts it again",
}


class Objects:
    """Every resource type of the provider but the Helm release."""

    def __init__(self, target: Target) -> None:
        self.target = target

    def check(self, ref: Ref, news: Props, olds: Props) -> Props:
        """Name it, place it, and keep what a Secret holds out of sight."""
        api_version, kind = _kind(ref, news)
        inputs = {**news, "apiVersion": api_version, "kind": kind}
        meta = inputs.get("metadata") or {}
        if isinstance(meta, dict):
            inputs["metadata"] = self._metadata(ref, inputs, dict(meta), olds.get("metadata") or {})
        return _sealed(inputs)

    def _metadata(self, ref: Ref, inputs: Props, meta: Props, before: Props) -> Props:
        if "generateName" in meta:
            raise ProviderError(f"{ref.name}: metadata.generateName is not implemented; leave it out to be named")
        if "pulumi.com/waitFor" in (meta.get("annotations") or {}):
            raise ProviderError(f"{ref.name}: the annotation pulumi.com/waitFor is not implemented; leave it out")
        if "name" not in meta:
            if _is_patch(ref, inputs):
                raise ProviderError(f"{ref.name}: a patch needs metadata.name, the name of what it patches")
            named = (before.get("annotations") or {}).get(fields.AUTONAMED) == "true"
            meta["name"] = before["name"] if named else f"{ref.name}-{secrets.token_hex(4)}"
            meta["annotations"] = {**(meta.get("annotations") or {}), fields.AUTONAMED: "true"}
        if not fields.is_custom(inputs) and inputs["kind"] not in CLUSTER_WIDE:
            meta.setdefault("namespace", self.target.namespace)
        return meta

    def diff(self, ref: Ref, olds: Props, news: Props, state: Props) -> Change:
        return fields.compare(olds, news)

    def create(self, ref: Ref, inputs: Props, preview: bool) -> tuple[str, Props]:
        """Apply it; an object that this very resource made before (the engine died in between) is taken over."""
        if preview:
            return "", self._foreseen(ref, inputs, creating=True)
        api, obj = self.target.api, fields.manifest(inputs)
        with explained(_title(inputs), inputs):
            live = api.live(obj)
        known = live is None or _is_patch(ref, inputs) or _made_by(live, _manager(ref))
        if not known:
            raise ProviderError(
                f"{_title(inputs)} exists already and this resource did not make it; import it "
                f"(pulumi import {ref.token} {ref.name} {_id(obj)}), or delete it first"
            )
        return _id(obj), self._applied(ref, inputs)

    def update(self, ref: Ref, olds: Props, news: Props, state: Props, preview: bool) -> Props:
        """Apply the new inputs; fields that they no longer name go."""
        return self._foreseen(ref, news, creating=False) if preview else self._applied(ref, news)

    def read(self, ref: Ref, inputs: Props, state: Props) -> tuple[Props, Props] | None:
        """The inputs as the cluster holds them; of an object that is being imported, everything it holds."""
        api = self.target.api
        wanted = fields.manifest(inputs) if inputs else _named(ref)
        with explained(_title(wanted), wanted):
            live = api.live(wanted)
        if live is None:
            return None
        if not inputs:
            return _sealed(fields.adopted(live)), _outputs(live, live)
        try:
            desired = api.apply(wanted, _manager(ref), dry_run=True)
        except ApiError:
            desired = wanted  # the live object no longer accepts it: compare literally
        shown = (fields.revealed(fields.withheld(each, wanted), inputs) for each in (desired, live))
        return _sealed(fields.drifted(inputs, *shown)), _outputs(live, wanted)

    def delete(self, ref: Ref, inputs: Props, state: Props) -> None:
        """Remove it and wait until it is gone; a patch only lets go of its fields."""
        self._remove(ref, inputs)
        journal.deleted(ref.urn, ref.id)

    def _remove(self, ref: Ref, inputs: Props) -> None:
        api, obj = self.target.api, fields.manifest(inputs)
        with explained(_title(inputs), inputs):
            live = api.live(obj)
            if live is None:
                return
            if _is_patch(ref, inputs):
                meta = {key: obj["metadata"][key] for key in ("name", "namespace") if key in obj["metadata"]}
                api.apply({"apiVersion": obj["apiVersion"], "kind": obj["kind"], "metadata": meta}, _manager(ref))
                return
            annotations = live["metadata"].get("annotations", {})
            policy = annotations.get("pulumi.com/deletionPropagationPolicy", "foreground").capitalize()
            api.delete(obj, propagationPolicy=policy)
            kept = None
            if annotations.get("pulumi.com/skipAwait") != "true":
                kept = ready.await_gone(api, obj, live["metadata"]["uid"])
        if kept:
            raise ProviderError(
                f"{_title(inputs)}: {kept}; what should remove them may be gone: delete those objects before their "
                "controller, or clear their finalizers by hand"
            )

    def _applied(self, ref: Ref, inputs: Props) -> Props:
        api, obj = self.target.api, fields.manifest(inputs)
        with explained(_title(inputs), inputs):
            live = api.apply(obj, _manager(ref), force=self._force(obj))
            journal.created(ref.urn, _id(obj))
            live, missing = ready.await_ready(api, obj, live)
        if missing:
            reason = f"{_title(inputs)} exists but is not ready: {_redacted(missing, inputs)}"
            raise PartialError(_id(obj), _outputs(live, obj), _sealed(inputs), [reason])
        return _outputs(live, obj)

    def _foreseen(self, ref: Ref, inputs: Props, *, creating: bool) -> Props:
        """What the API server would make of it; where cluster, namespace or CRD are still to come, only the inputs."""
        if self.target.plane is None or has_unknown(inputs):
            return inputs
        api, obj = self.target.api, fields.manifest(inputs)
        with explained(_title(inputs), inputs):
            if creating and api.live(obj) is not None:
                return inputs  # its predecessor, which goes first
            try:
                live = api.apply(obj, _manager(ref), dry_run=True, force=self._force(obj))
            except ApiError as error:
                if isinstance(error, UnknownKindError) or error.status == 404:
                    return inputs
                raise
        outputs = _outputs(live, obj)
        outputs["metadata"] = {key: item for key, item in outputs["metadata"].items() if key not in _UNBORN}
        return {key: item for key, item in outputs.items() if key != "status"}

    def _force(self, obj: Object) -> bool:
        annotations = obj["metadata"].get("annotations", {})
        return self.target.force or annotations.get("pulumi.com/patchForce") == "true"


def _kind(ref: Ref, inputs: Mapping[str, Any]) -> tuple[str, str]:
    """What the token says, unless the inputs do: kubernetes:apps/v1:Deployment, kubernetes:core/v1:Secret."""
    _, api_version, kind = ref.token.split(":")
    return inputs.get("apiVersion", api_version.removeprefix("core/")), inputs.get("kind", kind)


def _named(ref: Ref) -> Object:
    api_version, kind = _kind(ref, {})
    namespace, _, name = ref.id.rpartition("/")
    meta = {"name": name} | ({"namespace": namespace} if namespace else {})
    return {"apiVersion": api_version, "kind": kind, "metadata": meta}


def _is_patch(ref: Ref, inputs: Mapping[str, Any]) -> bool:
    return ref.token.endswith(f":{inputs['kind']}Patch")


def _manager(ref: Ref) -> str:
    """One owner of fields per resource, so that a patch lets go of its own fields only."""
    return f"pulumi-kubernetes-{hashlib.sha256(ref.urn.encode()).hexdigest()[:8]}"


def _made_by(live: Object, manager: str) -> bool:
    return any(each["manager"] == manager for each in live["metadata"].get("managedFields", []))


def _id(obj: Mapping[str, Any]) -> str:
    meta = obj["metadata"]
    return "/".join(part for part in (meta.get("namespace"), meta["name"]) if part)


def _title(inputs: Mapping[str, Any]) -> str:
    return f"{inputs['kind']} {_id(inputs)}"


def _outputs(live: Object, wanted: Object) -> Props:
    """The live object without what changes by itself; a custom resource's status is its controller's affair."""
    told = fields.withheld(live, wanted)
    meta = {key: item for key, item in told["metadata"].items() if key not in _FLEETING}
    kept = {key: item for key, item in told.items() if key != "status" or not fields.is_custom(live)}
    return _sealed({**kept, "metadata": meta})


def _sealed(props: Mapping[str, Any]) -> Props:
    """What a Secret holds is encrypted in the state and hidden on the screen, whatever the program said."""
    hidden = ("data", "stringData") if props.get("kind") == "Secret" else ()
    return {key: secret(item) if key in hidden and item is not None else item for key, item in props.items()}


def _redacted(message: str, inputs: Mapping[str, Any]) -> str:
    if inputs.get("kind") == "Secret":
        for form in fields.secrets_in(inputs):
            message = message.replace(form, "[secret]")
    return message


@contextmanager
def explained(title: str, inputs: Mapping[str, Any]) -> Any:
    """Turn the API server's answer into one sentence: which object, what it said, what to do."""
    try:
        yield
    except ApiError as error:
        remedy = _REMEDIES.get(error.reason, "correct what it names")
        raise ProviderError(f"{title}: {_redacted(error.message, inputs)}; {remedy}") from None
