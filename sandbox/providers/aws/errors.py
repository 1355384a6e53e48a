"""What goes wrong with a call, told as a sentence that a person can act on."""

from typing import Any

from botocore.exceptions import BotoCoreError, ClientError

from sandbox.providers.aws.kind import gone
from sandbox.providers.protocol import ProviderError, Ref


class GoneError(Exception):
    """The object a call spoke of is not there."""


class told:  # noqa: N801 reads as a word at its call sites
    """Turn what boto3 raises into a sentence that names the resource, the operation and the remedy."""

    def __init__(self, ref: Ref, verb: str) -> None:
        self.ref, self.verb = ref, verb

    def __enter__(self) -> None:
        return None

    def __exit__(self, _: object, error: BaseException | None, __: object) -> None:
        where = f"{self.verb} {self.ref.token} ({self.ref.name})"
        if isinstance(error, ClientError):
            if self.verb in ("read", "delete") and gone(error):
                raise GoneError from error
            raise ProviderError(refused(where, error)) from None
        if isinstance(error, BotoCoreError):
            raise ProviderError(f"{where}: {error}; is the laptop cloud up? `make status` tells") from None


def refused(where: str, error: Any) -> str:
    """The sentence for a call that the API answered with an error."""
    code, text = error.response["Error"]["Code"], error.response["Error"].get("Message", "")
    return f"{where}: {error.operation_name} was refused: {code}: {text}{_remedy(code)}"


def _remedy(code: str) -> str:
    if "ExpiredToken" in code:
        return "; the session's credentials have expired: renew them and run the command again, the state is intact"
    if "Throttl" in code or code == "RequestLimitExceeded":
        return "; the account's request limit was hit even after retries: run the command again, the state is intact"
    return ""
