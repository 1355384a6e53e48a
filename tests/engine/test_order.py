"""What a person may order, or lay into CHARTS_DIR, and what `make up` makes of it."""

import shutil
from pathlib import Path

import pytest

from tests.engine.laptop import Laptop

pytestmark = pytest.mark.engine

VALUES = """
replicas: 1
podDisruptionBudget: {}
apiService: {}
tls: {}
resources: {}
"""
DEPLOYMENT = """
apiVersion: apps/v1
kind: Deployment
metadata: {name: from-the-chart}
spec:
  replicas: {{ .Values.replicas }}
  selector: {matchLabels: {app: from-the-chart}}
  template:
    metadata: {labels: {app: from-the-chart}}
    spec:
      containers:
        - name: main
          image: example:1
          resources: {{ toJson .Values.resources }}
"""
BROKEN_VALUES = "driver: {}\ntolerations: []\ncustomRules: {}\nfalco: {}\nfalcosidekick: {}\n"


def _chart(folder: Path, name: str, version: str, values: str, template: str) -> Path:
    root = folder / f"{name}-{version}"
    (root / "templates").mkdir(parents=True)
    (root / "Chart.yaml").write_text(f"apiVersion: v2\nname: {name}\nversion: {version}\n")
    (root / "values.yaml").write_text(values)
    (root / "templates" / "all.yaml").write_text(template)
    return root


def test_charts_at_hand_are_installed_a_broken_one_is_named_and_one_zone_is_too_few(
    tmp_path_factory: pytest.TempPathFactory,
) -> None:
    laptop, charts = Laptop(tmp_path_factory.mktemp("order")), tmp_path_factory.mktemp("charts")
    _chart(charts, "metrics-server", "3.13.1", VALUES, DEPLOYMENT)
    broken = _chart(charts, "falco", "9.1.0", BROKEN_VALUES, "{{ required `a setting nobody makes` .Values.missing }}")
    one_zone = ("instance_types: [m5.xlarge]", "instance_types: [m5.xlarge]\n          zones: [us-east-1a]")
    try:
        with laptop.edited("Pulumi.dev.yaml", one_zone):
            said = laptop.command("up", "dev", CHARTS_DIR=str(charts))
            assert said.status == 1
            assert "chart falco 9.1.0 was not installed" in said.text
            assert "a setting nobody makes" in said.text

            shutil.rmtree(broken)
            said = laptop.command("up", "dev", CHARTS_DIR=str(charts))
            assert said.status == 1
            zones = {node["metadata"]["labels"]["topology.kubernetes.io/zone"] for node in _list(laptop, "Node")}
            assert zones == {"us-east-1a"}
            late = [line for line in said.text.splitlines() if "NOT READY     payment-service/payment-service" in line]
            assert len(late) == 1
            assert "2 pods wait" in late[0]
            assert "didn't match pod topology spread constraints" in late[0]
            assert "more nodes or zones" in late[0]
            pods = [pod for pod in _list(laptop, "Pod") if pod["metadata"]["labels"].get("app") == "from-the-chart"]
            assert [pod["status"]["phase"] for pod in pods] == ["Running"]
            assert pods[0]["spec"]["nodeName"]
    finally:
        laptop.command("reset")


def _list(laptop: Laptop, kind: str) -> list[dict[str, dict[str, dict[str, str]]]]:
    return list(laptop.cluster.api.list("v1", kind))
