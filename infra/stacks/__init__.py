"""What a stack is made of, by kind."""

from infra.config import RegionStack, StackConfig
from infra.stacks import global_, region


def deploy(stack: StackConfig) -> None:
    """Declare the stack's resources: one region, or what all regions share."""
    if isinstance(stack, RegionStack):
        region.deploy(stack)
    else:
        global_.deploy(stack)
