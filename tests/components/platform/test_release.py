"""Charts and custom resources reach the cluster in one way only."""

import pulumi

from components.platform import catalogue
from components.platform.release import adopt, custom, install

RELEASE = "kubernetes:helm.sh/v3:Release"
MANIFEST = {
    "apiVersion": "argoproj.io/v1alpha1",
    "kind": "AppProject",
    "metadata": {"name": "default", "namespace": "argocd"},
    "spec": {"sourceRepos": []},
}


class Parent(pulumi.ComponentResource):
    def __init__(self, name: str) -> None:
        super().__init__("platform:platform:Parent", name)


def test_a_release_is_pinned_and_installed_whole_or_not_at_all(build):
    engine = build(lambda: install(Parent("mesh"), catalogue.FALCO, "falco", {"tty": True}, after=[]))
    inputs = engine.one(RELEASE, "mesh-falco").inputs
    assert inputs == {
        "chart": "falco",
        "name": "falco",
        "version": "9.1.0",
        "repositoryOpts": {"repo": "https://falcosecurity.github.io/charts"},
        "namespace": "falco",
        "values": {"tty": True},
        "atomic": True,
        "cleanupOnFail": True,
        "waitForJobs": True,
        "maxHistory": 5,
        "timeout": 600,
        "compat": "true",
    }


def test_a_custom_resource_waits_for_the_release_that_brings_its_definition(build):
    def program() -> None:
        parent = Parent("mesh")
        release = install(parent, catalogue.ARGO_CD, "argocd", {}, after=[])
        custom(parent, MANIFEST, after=[release])

    engine = build(program)
    project = engine.one("kubernetes:argoproj.io/v1alpha1:AppProject")
    assert (project.name, project.depends_on) == ("mesh-appproject-default", [engine.one(RELEASE).urn])


def test_what_a_controller_makes_by_itself_is_imposed_on_and_never_deleted(build):
    patch = build(lambda: adopt(Parent("mesh"), MANIFEST, after=[])).one(
        "kubernetes:argoproj.io/v1alpha1:AppProjectPatch"
    )
    assert patch.inputs["metadata"]["annotations"] == {"pulumi.com/patchForce": "true"}
    assert patch.options["retain_on_delete"]
