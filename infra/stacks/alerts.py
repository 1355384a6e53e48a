"""Who is told of what fails or is found."""

import pulumi

from components.aws.alerts import Alerts, AlertsArgs
from components.aws.keys import Keys
from components.aws.place import Place
from infra.config.base import Stack


def alerts(stack: Stack, place: Place, keys: Keys, aws: pulumi.ResourceOptions, name: str = "alerts") -> Alerts | None:
    """Declare the topic of a region and its subscribers; a stack that names none has none."""
    if stack.alerts is None:
        return None
    args = AlertsArgs(prefix=stack.name, place=place, key_arn=keys.arns["alerts"], subscribers=stack.alerts.subscribers)
    return Alerts(name, args, aws)
