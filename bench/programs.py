"""The programs that are measured; each runs inside the engine, so nothing is imported before it is needed."""

import importlib
import sys
from collections.abc import Awaitable, Sequence
from pathlib import Path
from typing import Any


async def region_stacks(count: int) -> None:
    """Declare the region of Pulumi.dev.yaml so many times, each with a network and providers of its own."""
    from unittest.mock import patch

    import pulumi
    from pulumi.runtime import settings

    from infra.stacks import declare

    stack = settings.get_root_resource()
    for number, order in enumerate(orders(count)):
        # A parent of a type of its own stands in for the stack: equal names in two regions are two resources.
        settings.set_root_resource(pulumi.ComponentResource(f"bench:index:Region{number}", order.environment))
        with patch("pulumi.export"):
            await declare(order)
    settings.set_root_resource(stack)  # type: ignore[arg-type]  # it takes what it gave, None included


async def committed(name: str) -> None:
    """Declare what a committed stack file orders, at once."""
    from infra import config
    from infra.config.source import ROOT
    from infra.stacks import declare

    order = config.read(ROOT / f"Pulumi.{name}.yaml")
    await declare(order)


def orders(count: int) -> list[Any]:
    """So many stacks like dev that share neither a name nor an address."""
    import yaml

    from infra.config.source import ROOT, parse

    file = ROOT / "Pulumi.dev.yaml"
    dev = yaml.safe_load(file.read_text())["config"]["platform:stack"]
    return [
        parse(
            dev | {"environment": f"bench-{n}", "network": dev["network"] | {"cidr": f"10.{100 + n}.0.0/16"}},
            file.name,
        )
        for n in range(count)
    ]


def empty_resources(custom: int, components: int, modules: Sequence[str]) -> None:
    """Import what the measured program imports of the SDKs, and declare so many resources that are nothing."""
    import pulumi

    for module in modules:
        importlib.import_module(module)

    # Subclasses, as in every SDK: for them Pulumi's notes down on which stack they were declared.
    class Component(pulumi.ComponentResource):
        def __init__(self, name: str) -> None:
            super().__init__("empty:index:Component", name)

    class Resource(pulumi.CustomResource):
        def __init__(self, name: str) -> None:
            super().__init__("empty:index:Resource", name, {})

    for n in range(components):
        Component(f"component-{n}")
    for n in range(custom):
        Resource(f"resource-{n}")


async def noting_modules(program: Awaitable[None], path: Path) -> None:
    """Run a program and write down which modules of the SDKs it imported."""
    await program
    path.write_text("\n".join(sorted(name for name in sys.modules if name.partition(".")[0].startswith("pulumi"))))
