"""What Argo CD's repo-server would render, by the same programs."""

import os
import shutil
import subprocess
from functools import cache
from pathlib import Path
from typing import Any

import yaml

from sandbox import tools
from sandbox.home import PROJECT

GITOPS = PROJECT / "gitops"
CHART = GITOPS / "charts" / "payment-service"
DEV = GITOPS / "overlays" / "payment-service" / "dev"
Object = dict[str, Any]


class RefusedError(Exception):
    """What helm or kustomize had against its input."""


def overlay(folder: Path = DEV) -> list[Object]:
    """The objects of an overlay."""
    return _run("kustomize", "build", "--enable-helm", str(folder))


@cache
def payment(*settings: str) -> list[Object]:
    """The objects of the payment service's chart with `key=value` settings."""
    words = [word for setting in settings for word in ("--set", setting)]
    return _run("helm", "template", "payment-service", str(CHART), "--namespace=payment-service", *words)


def one(objects: list[Object], kind: str, name: str = "payment-service") -> Object:
    """The object of this kind and name; raises unless there is exactly one."""
    [found] = [each for each in objects if (each["kind"], each["metadata"]["name"]) == (kind, name)]
    return found


def copy(to: Path) -> Path:
    """A working tree's gitops/ that a test may change; returns the dev overlay in it."""
    shutil.copytree(GITOPS, to / "gitops")
    return to / "gitops" / DEV.relative_to(GITOPS)


def _run(program: str, *words: str) -> list[Object]:
    binaries = tools.ensure(("helm", "kustomize"))
    env = {**os.environ, "PATH": f"{binaries}{os.pathsep}{os.environ['PATH']}"}
    words_of_ours = [binaries / program, *words]
    done = subprocess.run(words_of_ours, env=env, capture_output=True, text=True, check=False)  # noqa: S603 no shell
    if done.returncode:
        raise RefusedError(done.stderr)
    return [each for each in yaml.safe_load_all(done.stdout) if each]
