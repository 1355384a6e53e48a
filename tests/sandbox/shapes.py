"""Short ways to write what tests of the Kubernetes provider hand over."""

from typing import Any

import yaml

from sandbox.providers.protocol import Ref


def ref(token: str, name: str = "it", id_: str = "") -> Ref:
    return Ref(token, name, f"urn:pulumi:dev::platform::{token}::{name}", id_)


def obj(api_version: str, kind: str, name: str = "it", namespace: str = "", **rest: Any) -> dict[str, Any]:
    meta = {"name": name} | ({"namespace": namespace} if namespace else {})
    return {"apiVersion": api_version, "kind": kind, "metadata": meta, **rest}


def kubeconfig(server: str) -> str:
    config = {
        "current-context": "c",
        "contexts": [{"name": "c", "context": {"cluster": "k", "user": "u"}}],
        "clusters": [{"name": "k", "cluster": {"server": server}}],
        "users": [{"name": "u", "user": {"exec": {"command": "aws", "args": ["eks", "get-token"]}}}],
    }
    return yaml.safe_dump(config)
