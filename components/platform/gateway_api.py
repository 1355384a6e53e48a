"""The kinds of the Gateway API, which no chart brings: upstream's standard channel, without its descriptions (C-29)."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pulumi

from components.platform.release import custom

VERSION = "v1.6.1"  # renovate: kubernetes-sigs/gateway-api
FOLDER = Path(__file__).with_name("gateway_api_crds")


@dataclass(frozen=True, kw_only=True)
class GatewayApiArgs:
    """Nothing about it is a setting."""


class GatewayApi(pulumi.ComponentResource):
    """Gateways and routes can be declared; Istio, which finds the kinds there, serves them."""

    ready: Sequence[pulumi.Resource]

    def __init__(self, name: str, args: GatewayApiArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__("platform:platform:GatewayApi", name, None, opts)
        self.ready = [custom(self, definition, after=[]) for definition in definitions()]
        self.register_outputs({})


def definitions() -> list[dict[str, Any]]:
    """The CustomResourceDefinitions, by name; kept as JSON, which is read in a twentieth of the time."""
    return [json.loads(path.read_bytes()) for path in sorted(FOLDER.glob("*.json"))]


def bare(node: Any, names: bool = False) -> Any:
    """A definition as it is kept here: without descriptions, but with fields of that name."""
    if isinstance(node, list):
        return [bare(each) for each in node]
    if not isinstance(node, dict):
        return node
    kept = {key: each for key, each in node.items() if names or key != "description" or not isinstance(each, str)}
    return {key: bare(each, key == "properties") for key, each in kept.items()}
