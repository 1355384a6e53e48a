"""Pulumi entry point: read the stack's configuration, deploy it, nothing else."""

from infra import config, stacks

stacks.deploy(config.load())
