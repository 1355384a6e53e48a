"""How an account is asked: by the names of the SDK's functions, which lie in modules that take a second to import."""

from collections.abc import Awaitable, Callable, Mapping
from typing import Any

import pulumi
from pulumi.runtime import invoke_async

Answer = Mapping[str, Any]
Ask = Callable[..., Awaitable[Answer]]
MISSING = ("empty result", "couldn't find resource", "ResourceNotFoundException")  # the vendor's only way to tell

REFUSED = ("cannot be assumed", "Cannot assume IAM Role")  # a role that is not there, or does not trust who asks


def asking(provider: pulumi.ProviderResource) -> Ask:
    """Ask whom a provider speaks for: `await ask("aws:ec2/getVpcs:getVpcs", region="us-east-1")`."""

    async def ask(function: str, **arguments: Any) -> Answer:
        answer: Answer = await invoke_async(function, arguments, pulumi.InvokeOptions(provider=provider))
        return answer

    return ask


def is_missing(error: Exception) -> bool:
    """Whether a question failed because there is nothing to tell of."""
    return any(words in str(error) for words in MISSING)


def is_refused(error: Exception) -> bool:
    """Whether nobody was asked, because the provider may not take the role that it was given."""
    return any(words in str(error) for words in REFUSED)


async def if_there(answer: Awaitable[Answer]) -> Answer | None:
    """The answer, or None where there is nothing to tell of; every other failure stops the run."""
    try:
        return await answer
    except Exception as error:
        if is_missing(error):
            return None
        raise
