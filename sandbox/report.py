"""What a person wants to know after `make up`: what runs, what does not and why, and the commands to look closer."""

import time
from collections import Counter
from typing import Any

import yaml

from sandbox.cloud import aws, planes
from sandbox.cloud.extensions import GAPS
from sandbox.cluster import argocd
from sandbox.cluster.control_plane import ControlPlane
from sandbox.cluster.nodes import unplaced
from sandbox.engine.stack import Stack
from sandbox.home import Home

PATIENCE_SECONDS, CERTAINTY_SECONDS = 240, 5


def clusters(home: Home, stack: str) -> list[ControlPlane]:
    """The control planes behind the stack's EKS clusters, as its outputs name them."""
    arns = [r["outputs"]["arn"] for r in Stack(home, stack).resources() if r["type"] == "aws:eks/cluster:Cluster"]
    return [plane for arn in arns if (plane := planes.behind_arn(home, arn)).exists]


def write_kubeconfig(home: Home) -> None:
    """One kubeconfig for people, a context per cluster that exists."""
    merged: dict[str, object] = {"apiVersion": "v1", "kind": "Config"}
    planes = [ControlPlane(home, path.name) for path in sorted(home.clusters.iterdir()) if path.is_dir()]
    configs = [yaml.safe_load(plane.kubeconfig.read_text()) for plane in planes if plane.exists]
    for part in ("clusters", "users", "contexts"):
        merged[part] = [entry for config in configs for entry in config[part]]
    if configs:
        merged["current-context"] = configs[-1]["current-context"]
    home.kubeconfig.touch(mode=0o600)
    home.kubeconfig.write_text(yaml.safe_dump(merged, sort_keys=False))


def settle(home: Home, stack: str) -> bool:
    """Wait until nodes are Ready, pods Running and applications Healthy; False when something stays behind."""
    healthy = [_settle(plane) for plane in clusters(home, stack)]
    return all(healthy)


def _settle(plane: ControlPlane) -> bool:
    """Give up early on what waiting cannot mend, seen long enough not to be the tail of an older trouble."""
    started, hopeless_since = time.monotonic(), None
    while late := _behind(plane):
        now = time.monotonic()
        hopeless_since = (hopeless_since or now) if all(final for _, final in late) else None
        if now - started > PATIENCE_SECONDS or (hopeless_since and now - hopeless_since > CERTAINTY_SECONDS):
            return False
        time.sleep(1)
    return True


def show(home: Home, stack: str) -> None:
    """Print what came up, what is behind and why, and how to look at it."""
    resources = Stack(home, stack).resources()
    print(f"\n{stack}: {len(resources)} resources in the state" if resources else f"\n{stack} is not deployed")
    for plane in clusters(home, stack):
        _show_cluster(plane)
    print(f"\n  AWS        aws --endpoint-url {aws.endpoint(home)} ec2 describe-vpcs")
    print(f"             with AWS_CONFIG_FILE={home.aws_config} AWS_PROFILE={stack}")
    if home.kubeconfig.exists() and clusters(home, stack):
        print(f"  Kubernetes kubectl --kubeconfig {home.kubeconfig} get pods -A")


def show_gaps() -> None:
    """Print what the laptop cloud keeps by itself or cannot tell."""
    print("\nWhat only the vendors' providers and a real account check:")
    for what, how in sorted(GAPS.items()):
        print(f"  {what}: {how}")


def _show_cluster(plane: ControlPlane) -> None:
    pods = Counter(pod["status"].get("phase", "Unknown") for pod in plane.api.list("v1", "Pod"))
    ready = sum(_is_ready(node) for node in plane.api.list("v1", "Node"))
    print(f"\n  cluster {plane.name} at {plane.endpoint}")
    print(f"    nodes         {ready} Ready of {len(list(plane.api.list('v1', 'Node')))}")
    print(f"    pods          {', '.join(f'{count} {phase}' for phase, count in sorted(pods.items())) or 'none'}")
    for app in argocd.applications(plane):
        print(f"    application   {app.name}: {app.sync}, {app.health}" + (f": {app.message}" if app.message else ""))
    for line, _ in _behind(plane):
        print(f"    NOT READY     {line}")


def _behind(plane: ControlPlane) -> list[tuple[str, bool]]:
    """One sentence per thing that is not as it should be, and whether waiting cannot mend it."""
    nodes = [node for node in plane.api.list("v1", "Node") if not _is_ready(node)]
    late = [(f"node {node['metadata']['name']} is not Ready", False) for node in nodes]
    stuck = unplaced(plane.api)
    for app in argocd.applications(plane):
        if (app.sync, app.health) != ("Synced", "Healthy"):
            final = app.sync == "Synced" and (app.health == "Degraded" or bool(stuck))
            late.append((f"application {app.name} is {app.sync} and {app.health}: {app.message}", final))
    late += [(line, True) for line in stuck]
    pending = plane.api.list("v1", "Pod", fieldSelector="status.phase=Pending")
    for pod in (pod for pod in pending if pod["spec"].get("nodeName")):
        why = _waits_for(pod)
        name = f"{pod['metadata']['namespace']}/{pod['metadata']['name']}"
        late.append((f"pod {name} is starting" + (f": {why}" if why else ""), why.endswith("BackOff")))
    return late


def _waits_for(pod: dict[str, Any]) -> str:
    """What a container of the pod says that it waits for; `...BackOff` after repeated failure."""
    states = (each.get("state", {}) for each in pod["status"].get("containerStatuses", ()))
    return next((state["waiting"].get("reason", "") for state in states if "waiting" in state), "")


def _is_ready(node: dict[str, Any]) -> bool:
    conditions = node["status"].get("conditions", ())
    return any(c["type"] == "Ready" and c["status"] == "True" for c in conditions)
