"""The model of a stack file: every guard holds before any resource is declared."""

from infra.config.errors import ConfigurationError
from infra.config.region import RegionStack
from infra.config.shared import GlobalStack
from infra.config.source import StackConfig, check, load, read

__all__ = ["ConfigurationError", "GlobalStack", "RegionStack", "StackConfig", "check", "load", "read"]
