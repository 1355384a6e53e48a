"""The local AWS: moto as a server with its gaps filled, every request logged, real control planes behind EKS."""

import os
import sys
from collections.abc import Callable, Iterable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

# Read by moto at import: no stock images, which are thousands, but the managed policies that roles attach.
os.environ.setdefault("MOTO_EC2_LOAD_DEFAULT_AMIS", "false")
os.environ.setdefault("MOTO_IAM_LOAD_MANAGED_POLICIES", "true")

from moto.moto_server.werkzeug_app import DomainDispatcherApplication, MotoRequestHandler, create_backend_app
from werkzeug.serving import run_simple

from sandbox import home
from sandbox.cloud import census, eks, extensions, functions, planes, rds_global
from sandbox.cloud.rds_lent import lent

Wsgi = Callable[[dict[str, Any], Callable[..., Any]], Iterable[bytes]]


class RequestLog:
    """In front of moto: the census, and a line a request.

    A line holds time, service and region as signed, operation and status; no bodies, which may hold secrets.
    """

    def __init__(self, app: Wsgi, path: Path) -> None:
        self.app, self.out = app, path.open("a", buffering=1)

    def __call__(self, environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
        if environ["PATH_INFO"] == "/laptop/objects":
            start_response("200 OK", [("Content-Type", "text/plain")])
            return ["\n".join(census.objects()).encode()]
        if environ["PATH_INFO"].startswith("/moto-api"):
            return self.app(environ, start_response)

        def started(status: str, *rest: Any) -> Any:
            signed = environ.get("HTTP_AUTHORIZATION", "").partition("Credential=")[2].split("/")
            region, service = (signed[2], signed[3]) if len(signed) > 3 else ("-", "-")
            what = environ.get("HTTP_X_AMZ_TARGET", "").rpartition(".")[2] or environ["REQUEST_METHOD"]
            now = datetime.now(UTC).isoformat(timespec="milliseconds")
            self.out.write(f"{now} {service} {region} {what} {environ['PATH_INFO']} {status[:3]}\n")
            return start_response(status, *rest)

        return self.app(environ, started)


class Quiet(MotoRequestHandler):
    """The request log is ours."""

    def log_request(self, code: int | str = "-", size: int | str = "-") -> None:
        """Say nothing."""


def main(port: int) -> None:
    """Serve on the loopback until stopped."""
    place = home.current()
    extensions.install()
    functions.endpoint = f"http://127.0.0.1:{port}"
    eks.control_planes = planes.LaptopControlPlanes(place)
    rds_global.behind = lent(place)
    app = RequestLog(DomainDispatcherApplication(create_backend_app), place.logs / "aws-requests.log")
    run_simple("127.0.0.1", port, app, threaded=True, request_handler=Quiet)


if __name__ == "__main__":
    main(int(sys.argv[1]))
