"""When an object counts as ready, kind by kind, in the cluster's own words."""

import time
from collections.abc import Callable, Mapping
from typing import Any

from sandbox.cluster.api import Api, Object, UnknownKindError

# Everything answers at once on a laptop; a real cloud gets the ten minutes of the vendor's provider.
PATIENCE_SECONDS = 120
POLL_SECONDS = 0.2
Verdict = str | None  # what is still missing; None once ready


class NeverError(Exception):
    """The cluster says that it will not become ready."""


def await_ready(api: Api, obj: Object, live: Object) -> tuple[Object, Verdict]:
    """Watch until ready, refused or out of patience; returns the last state and what was missing then."""
    judge = _BY_KIND.get((obj["apiVersion"], obj["kind"]), lambda api, live: None)
    if live["metadata"].get("annotations", {}).get("pulumi.com/skipAwait") == "true":
        return live, None
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


def _condition(live: Object, kind: str) -> dict[str, str]:
    found = live.get("status", {}).get("conditions") or []
    return next((each for each in found if each["type"] == kind), {})


def _reason(scheduled: Mapping[str, str]) -> str:
    """The scheduler's first sentence; the others are about preemption."""
    return scheduled["message"].split(". ")[0]


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


# Of a workload's status: how many pods there should be where the spec says no replicas, are up to date, and are ready.
_COUNTS = {
    "DaemonSet": ("desiredNumberScheduled", "updatedNumberScheduled", "numberReady"),
    "Deployment": ("replicas", "updatedReplicas", "availableReplicas"),
    "StatefulSet": ("replicas", "updatedReplicas", "readyReplicas"),
}


def _workload(api: Api, live: Object) -> Verdict:
    status = live.get("status", {})
    counts = [status.get(key, 0) for key in _COUNTS[live["kind"]]]
    wanted, progress = live["spec"].get("replicas", counts[0]), _condition(live, "Progressing")
    observed = status.get("observedGeneration", 0) >= live["metadata"]["generation"]
    if observed and progress.get("reason") == "ProgressDeadlineExceeded":
        raise NeverError(f"{progress['message']}{_pods_of(api, live)}")
    if observed and counts == [wanted] * 3:
        return None
    return f"{counts[1]} of {wanted} pods are up to date, {counts[2]} ready{_pods_of(api, live)}"


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


def _quota(api: Api, live: Object) -> Verdict:
    return None if live.get("status", {}).get("hard") == live["spec"]["hard"] else "nobody counts by the quota yet"


_BY_KIND: Mapping[tuple[str, str], Callable[[Api, Object], Verdict]] = {
    **{("apps/v1", kind): _workload for kind in _COUNTS},
    ("apiextensions.k8s.io/v1", "CustomResourceDefinition"): _definition,
    ("batch/v1", "Job"): _job,
    ("v1", "Namespace"): _namespace,
    ("v1", "PersistentVolumeClaim"): _claim,
    ("v1", "Pod"): _pod,
    ("v1", "ResourceQuota"): _quota,
    ("v1", "Service"): _service,
}
