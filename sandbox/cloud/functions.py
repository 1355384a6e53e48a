"""Lambda beyond moto: a Python function truly runs, in this process, with the account and region of its own."""

import io
import json
import os
import threading
import zipfile
from types import ModuleType
from typing import Any
from unittest.mock import patch

from moto.awslambda.models import LambdaFunction
from moto.core.exceptions import JsonRESTError
from moto.sts.models import sts_backends

endpoint = ""
"""Where the function finds AWS; empty when moto mocks the clients of this process."""

_one_at_a_time = threading.Lock()  # functions read their settings from the environment, which all of them share


def _run(self: Any, event: Any = None) -> tuple[str, bool, str]:
    """What moto would ask Docker for: answer, whether it failed, log. A failure is told to whoever invoked."""
    name, _, entry = self.handler.rpartition(".")
    with zipfile.ZipFile(io.BytesIO(self.code_bytes)) as archive:
        source = archive.read(f"{name.replace('.', '/')}.py")
    module = ModuleType(name)
    # Neither settings nor the clients of whoever came before.
    with _one_at_a_time, patch.dict(os.environ, _environment(self)), patch("boto3.DEFAULT_SESSION", None):
        try:
            exec(compile(source, f"{self.function_name}/{name}.py", "exec"), module.__dict__)  # noqa: S102 that is a function's job
            answer = getattr(module, entry)(event, None)
        except Exception as error:
            told = f"{self.function_name} failed: {type(error).__name__}: {error}"
            raise JsonRESTError("LambdaFunctionFailed", told) from error
    return json.dumps(answer), False, ""


def _environment(function: Any) -> dict[str, str]:
    """Its own settings, and credentials of its account."""
    backend = sts_backends[function.account_id]["aws"]
    keys = backend.assume_role(function.region, function.function_name, function.role, "", 3600, "")
    return {
        **(function.environment_vars or {}),
        "AWS_DEFAULT_REGION": function.region,
        "AWS_REGION": function.region,
        "AWS_ACCESS_KEY_ID": keys.access_key_id,
        "AWS_SECRET_ACCESS_KEY": keys.secret_access_key,
        "AWS_SESSION_TOKEN": keys.session_token,
        **({"AWS_ENDPOINT_URL": endpoint} if endpoint else {}),
    }


def install() -> None:
    """Add to moto what it lacks."""
    function: Any = LambdaFunction
    function._invoke_lambda = _run


GAPS = {
    "Lambda": "Python functions run in the process of the local AWS, one at a time, without a sandbox or a time limit"
}
