"""What EKS brings into every cluster before anybody installs anything."""

from collections.abc import Iterator
from pathlib import Path

import yaml

from sandbox.cluster.api import Api, Object

MANAGER = "eks"
_OBJECTS = Path(__file__).with_name("preinstalled.yaml")


def objects() -> Iterator[Object]:
    """The objects, CRDs all of them."""
    yield from yaml.safe_load_all(_OBJECTS.read_text())


def install(api: Api) -> None:
    """Put them there, and back where somebody took them away."""
    for each in objects():
        api.apply(each, MANAGER)
