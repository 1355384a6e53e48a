"""Lambda beyond moto: a Python function truly runs, with the account and region of its own."""

import io
import json
import os
import subprocess
import sys
import threading
import zipfile
from typing import Any
from unittest.mock import patch

from moto.awslambda.models import LambdaFunction
from moto.core.exceptions import JsonRESTError
from moto.sts.models import sts_backends

endpoint = ""
"""Where the function finds AWS; empty when moto mocks the clients of this process."""

_one_at_a_time = threading.Lock()  # in one process functions share the environment, where their settings are
_PROGRAM = """
import json, sys
order, module = json.load(sys.stdin), {"__name__": "function"}
try:
    exec(compile(order["source"], order["file"], "exec"), module)
    print("\\n" + json.dumps(module[order["entry"]](order["event"], None)))
except Exception as error:
    sys.exit(f"{type(error).__name__}: {error}")
"""


def _run(self: Any, event: Any = None) -> tuple[str, bool, str]:
    """What moto would ask Docker for: answer, whether it failed, log. A failure is told to whoever invoked."""
    name, _, entry = self.handler.rpartition(".")
    with zipfile.ZipFile(io.BytesIO(self.code_bytes)) as archive:
        source = archive.read(f"{name.replace('.', '/')}.py").decode()
    order = {"source": source, "file": f"{self.function_name}/{name}.py", "entry": entry, "event": event}
    run = _apart if endpoint else _here
    return json.dumps(run(self, order)), False, ""


def _apart(function: Any, order: dict[str, Any]) -> Any:
    """Run it in a process of its own: nothing else that the local AWS does meanwhile may see its credentials."""
    nobodys = {"AWS_CONFIG_FILE": os.devnull, "AWS_SHARED_CREDENTIALS_FILE": os.devnull}
    variables = {"PATH": os.environ["PATH"]} | nobodys | _environment(function)
    done = subprocess.run(  # noqa: S603 a program of our own
        [sys.executable, "-c", _PROGRAM], input=json.dumps(order), capture_output=True, text=True, env=variables
    )
    if done.returncode:
        raise _failed(function, done.stderr.strip() or f"ended with status {done.returncode}")
    return json.loads(done.stdout.splitlines()[-1])


def _here(function: Any, order: dict[str, Any]) -> Any:
    """Run it where moto mocks the clients of this process; with neither settings nor clients of whoever came before."""
    module: dict[str, Any] = {"__name__": "function"}
    with _one_at_a_time, patch.dict(os.environ, _environment(function)), patch("boto3.DEFAULT_SESSION", None):
        try:
            exec(compile(order["source"], order["file"], "exec"), module)  # noqa: S102 that is a function's job
            return module[order["entry"]](order["event"], None)
        except Exception as error:
            raise _failed(function, f"{type(error).__name__}: {error}") from error


def _failed(function: Any, told: str) -> JsonRESTError:
    return JsonRESTError("LambdaFunctionFailed", f"{function.function_name} failed: {told}")


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


GAPS = {"Lambda": "Python functions run in a process of their own each, without a sandbox or a time limit"}
