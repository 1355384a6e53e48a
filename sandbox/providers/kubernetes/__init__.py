"""The stand-in for pulumi-resource-kubernetes: real objects and releases, on the laptop's own control planes only."""

from sandbox.providers.kubernetes.provider import main

__all__ = ["main"]
