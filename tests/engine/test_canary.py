"""A secret planted wherever secrets live is nowhere else, not even where a command fails or the engine tells all."""

import base64
import json
import os
import secrets
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from sandbox.engine.environment import executable
from sandbox.engine.stack import Stack
from sandbox.home import PROJECT
from tests.engine.laptop import Laptop

pytestmark = pytest.mark.engine

BRIDGE = {"apiVersion": "v1", "kind": "Secret", "metadata": {"name": "in-cluster", "namespace": "argocd"}}
RECORD = {"apiVersion": "v1", "kind": "Secret", "metadata": {"name": "laptop-release.falco", "namespace": "falco"}}
ROOT = {
    "apiVersion": "argoproj.io/v1alpha1",
    "kind": "Application",
    "metadata": {"name": "root-app", "namespace": "argocd"},
}
# A chart that looks secrets up, and quotes them while it fails.
TELLTALE = """
{{ $one := (lookup "v1" "Secret" "default" "canary").data.value }}
{{ $other := (lookup "v1" "Secret" "argocd" "in-cluster").data.config }}
{{ fail (printf "quoting %s %s %s %s" $one (b64dec $one) (toJson (b64dec $one)) (b64dec $other)) }}
"""


def _encoded(text: str) -> str:
    return base64.b64encode(text.encode()).decode()


def _forms(canary: str) -> Iterator[str]:
    """Raw, JSON-escaped once and twice, and base64 of each at any place in a longer text."""
    escaped = json.dumps(canary)[1:-1]
    for text in (canary, canary[:32], escaped, json.dumps(escaped)[1:-1]):
        yield text
        for shift in range(3):  # four characters of base64 hold three bytes: the first and the last may be mixed
            yield _encoded("x" * shift + text)[4 if shift else 0 : -4]


@contextmanager
def _planted(dev: Laptop, canary: str) -> Iterator[None]:
    """The canary in Secrets Manager, in a Secret, in the bridge, in a release's values and in a custom resource."""
    api, vault = dev.cluster.api, dev.client("secretsmanager")
    own: dict[str, Any] = {
        "apiVersion": "v1",
        "kind": "Secret",
        "metadata": {"name": "canary", "namespace": "default"},
        "data": {"value": _encoded(canary)},
    }
    vault.create_secret(Name="canary", SecretString=canary)
    api.apply(own, "tests")
    config = _encoded(json.dumps({"bearerToken": canary, "tlsClientConfig": {"insecure": False}}))
    last = {"kubectl.kubernetes.io/last-applied-configuration": json.dumps({"data": {"config": config}})}
    api.patch(BRIDGE, {"metadata": {"annotations": last}, "data": {"config": config, "canary": _encoded(canary)}})
    record = json.loads(base64.b64decode((api.live(RECORD) or {})["data"]["record"]))
    record["values"]["falcosidekick"]["config"]["slack"] = {"webhookurl": canary}
    api.patch(RECORD, {"data": {"record": _encoded(json.dumps(record))}})
    api.patch(
        ROOT, {"metadata": {"annotations": {"note": canary}}, "spec": {"info": [{"name": "it", "value": canary}]}}
    )
    try:
        yield
    finally:
        vault.delete_secret(SecretId="canary", ForceDeleteWithoutRecovery=True)
        api.delete(own)
        api.patch(BRIDGE, {"metadata": {"annotations": dict.fromkeys(last)}, "data": {"canary": None}})
        api.patch(ROOT, {"metadata": {"annotations": {"note": None}}, "spec": {"info": None}})


def _telltale(folder: Path) -> Path:
    chart = folder / "falco"
    (chart / "templates").mkdir(parents=True)
    (chart / "templates" / "all.yaml").write_text(TELLTALE)
    (chart / "Chart.yaml").write_text("apiVersion: v2\nname: falco\nversion: 9.1.0\n")
    (chart / "values.yaml").write_text("driver: {}\ntolerations: []\ncustomRules: {}\nfalco: {}\nfalcosidekick: {}\n")
    return folder


def _loudest(dev: Laptop, folder: Path) -> str:
    """What the engine says and traces, with every message between it and the plugins, while it repairs all."""
    stack, messages = Stack(dev.home, "dev", dev.checkout), folder / "messages.json"
    upstream = os.environ.get("UPSTREAM_DIR", str(PROJECT.parent / "shared" / "upstream"))
    child = subprocess.run(  # noqa: S603 a fixed list of words
        [executable("pulumi"), "-C", dev.checkout, "up", "--yes", "--skip-preview", "--refresh", "--diff",
         "--logtostderr", "-v=9", *stack.common()],
        env=stack.env | {"PULUMI_DEBUG_GRPC": str(messages), "PYTHONPATH": str(dev.checkout), "UPSTREAM_DIR": upstream},
        stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, check=False,
    )  # fmt: skip
    assert child.returncode == 0, child.stdout[-3000:]
    assert "Unmarshaling property" in child.stdout
    return child.stdout + messages.read_text()


@pytest.mark.req("SEC-07")
def test_a_secret_that_lives_in_the_cloud_or_the_cluster_is_nowhere_else(dev: Laptop, tmp_path: Path) -> None:
    canary = secrets.token_hex(16) + '"\n\\' + secrets.token_hex(8)
    with _planted(dev, canary):
        shown = [dev.command(*words).text for words in (("drift", "dev"), ("preview", "dev"), ("status", "dev"))]
        assert "[not what the program says]" in shown[0]
        failed = dev.command("up", "dev", CHARTS_DIR=str(_telltale(tmp_path)))
        assert failed.status == 1
        assert "chart falco 9.1.0 was not installed" in failed.text
        assert "quoting [secret] [secret]" in failed.text
        stack = Stack(dev.home, "dev", dev.checkout)
        state = [
            stack.capture("stack", *words, "--stack", "dev", "--show-secrets") for words in (["export"], ["output"])
        ]
        shown += [failed.text, *state, _loudest(dev, tmp_path)]
        kept = [
            path.read_bytes()
            for folder in ("engine", "logs")
            for path in (dev.home.root / folder).rglob("*")
            if path.is_file()
        ]
        assert (dev.home.engine / "home" / "logs").is_file()  # where the engine's own log would be, of all properties
        for form in _forms(canary):
            assert [text for text in shown if form in text] == []
            assert [content for content in kept if form.encode() in content] == []
    dev.must("up", "dev")
