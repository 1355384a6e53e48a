"""One tool delivers everywhere, each cluster to itself: what every region's stack has of Argo CD, and none of Flux."""

import base64
import json
from typing import Any

import pytest
import yaml

from tests import records

RELEASE = "kubernetes:helm.sh/v3:Release"
SECRET = "kubernetes:core/v1:Secret"
REGIONS = ("dev", "staging", "prod", "dr", "eu")
GITOPS = records.PROJECT / "gitops"


def release(stack: str) -> dict[str, Any]:
    """What the only release of Argo CD on a stack's cluster was ordered with."""
    [found] = [each.inputs for each in records.of_stack(stack).of(RELEASE) if each.inputs["chart"] == "argo-cd"]
    return found


@pytest.mark.req("C-09", "GIT-01")
@pytest.mark.parametrize("stack", REGIONS)
def test_argo_cd_is_a_release_of_its_own_chart(stack: str) -> None:
    found = release(stack)
    assert found["repositoryOpts"] == {"repo": "https://argoproj.github.io/argo-helm"}
    assert found["namespace"] == "argocd"


@pytest.mark.req("C-09", "GIT-01")
@pytest.mark.parametrize("stack", records.COMMITTED)
def test_no_stack_has_anything_of_flux(stack: str) -> None:
    found = [each for each in records.of_stack(stack).records if each.token.startswith("kubernetes:")]
    assert (found == []) == (stack == "global")
    assert [each.name for each in found if "fluxcd" in json.dumps([each.token, each.inputs])] == []


@pytest.mark.req("C-09", "GIT-01")
def test_nothing_in_git_is_of_flux() -> None:
    files = [path for path in GITOPS.rglob("*") if path.is_file()]
    assert len(files) > 20
    assert [path.name for path in files if "fluxcd" in path.read_text()] == []


@pytest.mark.req("GIT-12")
@pytest.mark.parametrize("stack", REGIONS)
def test_every_cluster_is_registered_with_the_argo_cd_that_runs_on_it(stack: str) -> None:
    secrets = records.of_stack(stack).of(SECRET)
    kinds = [each.inputs["metadata"].get("labels", {}).get("argocd.argoproj.io/secret-type") for each in secrets]
    assert release(stack)["name"]
    assert kinds.count("cluster") == 1
    bridge = secrets[kinds.index("cluster")].inputs
    told = {key: base64.b64decode(value).decode() for key, value in bridge["data"].items()}
    assert (told["name"], told["server"]) == ("in-cluster", "https://kubernetes.default.svc")
    assert bridge["metadata"]["labels"]["environment"] == records.order(stack).environment
    assert bridge["metadata"]["labels"]["payment"] == "enabled"


@pytest.mark.req("GIT-12")
def test_every_application_set_asks_for_clusters_by_what_runs_on_them() -> None:
    for path in sorted((GITOPS / "apps").glob("*.yaml")):
        [generator] = yaml.safe_load(path.read_text())["spec"]["generators"]
        assert generator == {"clusters": {"selector": {"matchLabels": {path.stem.split("-")[0]: "enabled"}}}}
