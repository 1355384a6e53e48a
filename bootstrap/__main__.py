"""Pulumi entry point: where the stack of the same name keeps its state, before there is anything else of it."""

import pulumi

from infra.config import check
from infra.config.source import ROOT
from infra.stacks import state

state.deploy(check(ROOT / f"Pulumi.{pulumi.get_stack()}.yaml"))
