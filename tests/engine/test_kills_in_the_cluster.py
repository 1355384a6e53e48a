"""The engine killed with -9 while a cluster, its nodes, its objects and its releases come, change and go."""

import shutil
from collections import Counter
from pathlib import Path
from typing import Any

import pytest

from sandbox.cloud.planes import behind_arn
from sandbox.cluster.api import Api, ApiError
from sandbox.engine.recovery import recover
from tests.engine.conftest import ACCOUNT, REGION, Slice
from tests.engine.kills import killed_at, killed_once

pytestmark = pytest.mark.engine

CHART = """
apiVersion: apps/v1
kind: Deployment
metadata: {name: demo}
spec:
  replicas: 1
  selector: {matchLabels: {app: demo}}
  template:
    metadata: {labels: {app: demo}}
    spec:
      nodeSelector: {gate-{{ .Values.gate }}: open}
      containers: [{name: app, image: "example:{{ .Values.tag }}"}]
"""
SECRET = {"apiVersion": "v1", "kind": "Secret", "metadata": {"name": "fixed", "namespace": "default"}}


@pytest.fixture
def stack(slice_: Slice, tmp_path: Path) -> Slice:
    """The slice with a cluster in place of its network, and the chart that it installs."""
    shutil.copy(Path(__file__).with_name("cluster_slice.py"), slice_.program)
    chart = tmp_path / "charts" / "demo"
    (chart / "templates").mkdir(parents=True)
    (chart / "templates" / "all.yaml").write_text(CHART)
    (chart / "Chart.yaml").write_text("{apiVersion: v2, name: demo, version: 1.0.0}")
    (chart / "values.yaml").write_text("{tag: '0', gate: ''}")
    slice_.env["CHARTS_DIR"] = str(chart.parent)
    return slice_


def _api(stack: Slice) -> Api:
    return behind_arn(stack.home, f"arn:aws:eks:{REGION}:{ACCOUNT}:cluster/slice").api


def _waiting(stack: Slice) -> list[dict[str, Any]]:
    """The pods that were named by chance; none while there is no cluster that answers."""
    try:
        found = _api(stack).list("v1", "Pod", "default")
        return [each for each in found if each["metadata"]["name"].startswith("waits-")]
    except (ApiError, OSError):
        return []


def _revisions(stack: Slice) -> list[str]:
    """The status of each revision of the release, as helm keeps it."""
    found = _api(stack).list("v1", "Secret", "default", labelSelector="owner=helm,name=demo")
    return [each["metadata"]["labels"]["status"] for each in found]


def _open(stack: Slice, gate: str) -> None:
    for node in _api(stack).list("v1", "Node"):
        _api(stack).patch(node, {"metadata": {"labels": {f"gate-{gate}": "open"}}})


def _census(stack: Slice) -> Counter[str]:
    """What there is of everything that the program makes, in the local AWS and in the control plane."""
    api, eks = _api(stack), stack.client("eks")
    return Counter(
        networks=len(
            stack.client("ec2").describe_subnets(Filters=[{"Name": "cidr-block", "Values": ["10.99.*"]}])["Subnets"]
        ),
        clusters=len(eks.list_clusters()["clusters"]),
        groups=len(eks.list_nodegroups(clusterName="slice")["nodegroups"]),
        nodes=len(list(api.list("v1", "Node"))),
        waiting=len(_waiting(stack)),
        pods=len(list(api.list("v1", "Pod", "default"))),
        live=_revisions(stack).count("deployed"),
        pending=sum(status.startswith("pending") for status in _revisions(stack)),
    )


def _told(said: list[str], text: str) -> None:
    assert any(text in line for line in said), said


def test_a_cluster_under_kills_comes_changes_and_goes_without_doubles(stack: Slice) -> None:
    said = killed_at(stack, "POST /clusters")
    _told(said, "pending: create of aws:eks/cluster:Cluster cluster had happened; adopted as slice")
    said = killed_at(stack, "POST /clusters/slice/node-groups")
    _told(said, "pending: create of aws:eks/nodeGroup:NodeGroup nodes had happened; adopted as slice:nodes-")

    killed_once(stack, lambda: bool(_waiting(stack)))
    (waiting,) = _waiting(stack)
    _open(stack, "first")
    said = recover(stack)
    name = waiting["metadata"]["name"]
    _told(said, f"pending: create of kubernetes:core/v1:Pod waits had happened; adopted as default/{name}")

    killed_once(stack, lambda: _revisions(stack) == ["pending-install"])
    said = recover(stack)
    _told(said, "stopped helm, which a killed run left behind")
    _told(said, "pending: create of kubernetes:helm.sh/v3:Release demo had happened; adopted as default/demo")
    _open(stack, "shut")
    stack.up("--refresh")
    whole = Counter(networks=2, clusters=1, groups=1, nodes=2, waiting=1, pods=2, live=1, pending=0)
    assert _census(stack) == whole

    stack.edit('"gate": "shut"', '"gate": "second"')
    killed_once(stack, lambda: "pending-upgrade" in _revisions(stack))
    said = recover(stack)
    _told(said, "pending: updating of kubernetes:helm.sh/v3:Release demo was interrupted")
    _open(stack, "second")
    stack.up("--refresh")
    assert _census(stack) == whole

    _replaced(stack)
    assert _census(stack) == whole
    assert " unchanged" in (text := stack.output_of("up", "--yes", "--skip-preview", "--refresh"))
    assert not any(word in text for word in (" created", " updated", " replaced", " deleted")), text

    _told(killed_at(stack, "DELETE /clusters/slice/node-groups/*", command="destroy"), "deleting of aws:eks/nodeGroup")
    _told(killed_at(stack, "DELETE /clusters/slice", command="destroy"), "deleting of aws:eks/cluster")
    stack.destroy()
    assert not stack.exists()
    assert stack.client("eks").list_clusters()["clusters"] == []
    assert list(stack.home.clusters.iterdir()) == []


def _replaced(stack: Slice) -> None:
    """Kill the engine while what it replaces is on its way out, kept by a finalizer."""
    api = _api(stack)
    api.patch(SECRET, {"metadata": {"finalizers": ["tests.example.com/kept"]}})
    stack.edit('CONTENT = "first"', 'CONTENT = "second"')
    killed_once(stack, lambda: "deletionTimestamp" in (api.live(SECRET) or {})["metadata"])
    api.patch(SECRET, {"metadata": {"finalizers": None}})
    _told(recover(stack), "pending: deleting of kubernetes:core/v1:Secret fixed was interrupted")
    stack.up("--refresh")
    live = api.live(SECRET)
    assert live is not None
    assert live["data"] == {"content": "c2Vjb25k"}
