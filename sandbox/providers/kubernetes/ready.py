"""When an object counts as ready, kind by kind, in the cluster's own words."""

import json
import re
import time
from collections.abc import Callable, Mapping
from typing import Any

from sandbox.cluster.api import Api, Object, UnknownKindError
from sandbox.providers.protocol import ProviderError

# Everything answers at once on a laptop; a real cloud gets the ten minutes of the vendor's provider.
PATIENCE_SECONDS = 120
POLL_SECONDS = 0.2
Verdict = str | None  # what is still missing; None once ready


class NeverError(Exception):
    """The cluster says that it will not become ready."""


def await_ready(api: Api, obj: Object, live: Object) -> tuple[Object, Verdict]:
    """Watch until ready, refused or out of patience; returns the last state and what was missing then."""
    annotations = live["metadata"].get("annotations", {})
    if annotations.get("pulumi.com/skipAwait") == "true":
        return live, None
    judge = _judge(annotations.get("pulumi.com/waitFor"), obj)
    deadline = time.monotonic() + patience(live)
    while True:
        try:
            missing = judge(api, live)
        except NeverError as error:
            return live, str(error)
        if missing is None:
            return live, None
        if time.monotonic() > deadline:
            return live, f"{missing}, after {patience(live)} s"
        time.sleep(POLL_SECONDS)
        found = api.live(obj)
        if found is None:
            return live, "it was removed by somebody else while being waited for"
        live = found


def await_gone(api: Api, obj: Object, uid: str) -> Verdict:
    """Watch until the object with this uid is gone; returns what keeps it."""
    deadline = time.monotonic() + patience(obj)
    while (live := api.live(obj)) is not None and live["metadata"]["uid"] == uid:
        if time.monotonic() > deadline:
            meta = live["metadata"]
            kept = ", ".join(each for each in meta.get("finalizers", []) if each != "foregroundDeletion") or "nothing"
            left = [c["message"] for c in live.get("status", {}).get("conditions", []) if "Remain" in c["type"]]
            return f"still there {patience(obj)} s after its deletion, kept by {'; '.join([kept, *left])}"
        time.sleep(POLL_SECONDS)
    return None


def patience(obj: Mapping[str, Any]) -> int:
    """Seconds to wait: pulumi.com/timeoutSeconds, else the laptop's own."""
    return int(obj["metadata"].get("annotations", {}).get("pulumi.com/timeoutSeconds", PATIENCE_SECONDS))


def _judge(wait_for: str | None, obj: Object) -> Callable[[Api, Object], Verdict]:
    if wait_for is None:
        return _BY_KIND.get((obj["apiVersion"], obj["kind"]), lambda api, live: None)
    wanted = json.loads(wait_for) if wait_for.startswith("[") else [wait_for]
    tests = [_expression(text) for text in wanted]
    return lambda api, live: next((missing for test in tests if (missing := test(live))), None)


def _expression(text: str) -> Callable[[Object], Verdict]:
    """`condition=Ready[=True]` or `jsonpath={.a.b}[=value]`, as kubectl wait has them."""
    if match := re.fullmatch(r"condition=(\w+)(?:=(\w+))?", text):
        kind, value = match[1], match[2] or "True"
        return lambda live: (
            None if _condition(live, kind).get("status") == value else f"condition {kind} is not {value}"
        )
    if match := re.fullmatch(r"jsonpath=\{((?:\.\w+)+)\}(?:=(.+))?", text):
        path, value = match[1], match[2]

        def judge(live: Object) -> Verdict:
            found: Any = live
            for part in path[1:].split("."):
                found = found.get(part) if isinstance(found, dict) else None
            fits = found is not None if value is None else str(found) == value
            return None if fits else f"{path} is {found}, not {value or 'set'}"

        return judge
    raise ProviderError(
        f"pulumi.com/waitFor: {text!r} is not understood here; write condition=<type>[=<status>] or "
        "jsonpath={.path.of.fields}[=<value>]"
    )


def _condition(live: Object, kind: str) -> dict[str, str]:
    found = live.get("status", {}).get("conditions") or []
    return next((each for each in found if each["type"] == kind), {})


def _reason(scheduled: Mapping[str, str]) -> str:
    """The scheduler's first sentence; the others are about preemption."""
    return scheduled["message"].split(". ")[0]


def _observed(live: Object) -> bool:
    return live.get("status", {}).get("observedGeneration", 0) >= live["metadata"]["generation"]


def _pods_of(api: Api, live: Object) -> str:
    """The first reason that a pod of a workload gives for not being ready."""
    labels = live["spec"]["selector"].get("matchLabels", {})
    selector = ",".join(f"{key}={value}" for key, value in labels.items())
    for pod in api.list("v1", "Pod", live["metadata"]["namespace"], labelSelector=selector):
        if (scheduled := _condition(pod, "PodScheduled")).get("status") == "False":
            return f": {pod['metadata']['name']} waits for a node: {_reason(scheduled)}"
        for status in pod.get("status", {}).get("containerStatuses", []):
            if waiting := status["state"].get("waiting"):
                return f": {pod['metadata']['name']} waits: {waiting['reason']}: {waiting.get('message', '')}"
    return ""


def _deployment(api: Api, live: Object) -> Verdict:
    status, wanted = live.get("status", {}), live["spec"].get("replicas", 1)
    if _observed(live) and _condition(live, "Progressing").get("reason") == "ProgressDeadlineExceeded":
        raise NeverError(f"{_condition(live, 'Progressing')['message']}{_pods_of(api, live)}")
    counts = [status.get(key, 0) for key in ("replicas", "updatedReplicas", "availableReplicas")]
    if _observed(live) and counts == [wanted] * 3:
        return None
    return f"{counts[1]} of {wanted} replicas are up to date, {counts[2]} available{_pods_of(api, live)}"


def _stateful_set(api: Api, live: Object) -> Verdict:
    status, wanted = live.get("status", {}), live["spec"].get("replicas", 1)
    rolled = status.get("currentRevision") == status.get("updateRevision")
    if _observed(live) and rolled and status.get("readyReplicas", 0) == wanted:
        return None
    return f"{status.get('readyReplicas', 0)} of {wanted} replicas are ready{_pods_of(api, live)}"


def _daemon_set(api: Api, live: Object) -> Verdict:
    status = live.get("status", {})
    wanted, updated = status.get("desiredNumberScheduled", 0), status.get("updatedNumberScheduled", 0)
    if _observed(live) and updated == wanted == status.get("numberReady", 0):
        return None
    return f"{status.get('numberReady', 0)} of {wanted} pods are ready{_pods_of(api, live)}"


def _job(api: Api, live: Object) -> Verdict:
    if (failed := _condition(live, "Failed")).get("status") == "True":
        raise NeverError(f"the job failed: {failed.get('message', failed.get('reason'))}")
    return None if _condition(live, "Complete").get("status") == "True" else f"the job runs{_pods_of(api, live)}"


def _pod(api: Api, live: Object) -> Verdict:
    if live["status"].get("phase") == "Succeeded" or _condition(live, "Ready").get("status") == "True":
        return None
    scheduled = _condition(live, "PodScheduled")
    return f"the pod is {live['status'].get('phase')}" + (f": {_reason(scheduled)}" if "message" in scheduled else "")


def _service(api: Api, live: Object) -> Verdict:
    if live["spec"].get("type") != "LoadBalancer" or live["status"].get("loadBalancer", {}).get("ingress"):
        return None
    return "no load balancer was given to it"


def _claim(api: Api, live: Object) -> Verdict:
    if live["status"].get("phase") == "Bound":
        return None
    class_ = api.get("storage.k8s.io/v1", "StorageClass", live["spec"].get("storageClassName", ""))
    if class_ is not None and class_.get("volumeBindingMode") == "WaitForFirstConsumer":
        return None  # bound once a pod uses it
    return f"the claim is {live['status'].get('phase')}"


def _definition(api: Api, live: Object) -> Verdict:
    for kind in ("NamesAccepted", "Established"):
        if _condition(live, kind).get("status") != "True":
            return f"condition {kind} is not True: {_condition(live, kind).get('message', '')}"
    try:
        for version in (each for each in live["spec"]["versions"] if each["served"]):
            api.kind(f"{live['spec']['group']}/{version['name']}", live["spec"]["names"]["kind"])
    except UnknownKindError as error:
        return error.message
    return None


def _namespace(api: Api, live: Object) -> Verdict:
    return None if live["status"].get("phase") == "Active" else f"the namespace is {live['status'].get('phase')}"


_BY_KIND: Mapping[tuple[str, str], Callable[[Api, Object], Verdict]] = {
    ("apiextensions.k8s.io/v1", "CustomResourceDefinition"): _definition,
    ("apps/v1", "DaemonSet"): _daemon_set,
    ("apps/v1", "Deployment"): _deployment,
    ("apps/v1", "StatefulSet"): _stateful_set,
    ("batch/v1", "Job"): _job,
    ("v1", "Namespace"): _namespace,
    ("v1", "PersistentVolumeClaim"): _claim,
    ("v1", "Pod"): _pod,
    ("v1", "Service"): _service,
}
