"""The data sources in use, answered from the local AWS."""

from collections.abc import Callable

from sandbox.providers.aws.kind import Cloud
from sandbox.providers.protocol import Props

INVOKES: dict[str, Callable[[Cloud, Props], Props]] = {
    "aws:index/getCallerIdentity:getCallerIdentity": lambda cloud, _: {"accountId": cloud.account, "id": cloud.account},
}
