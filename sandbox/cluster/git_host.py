"""Stands in for the Git host: a proxy on loopback behind which every https repository is the snapshot.

Argo CD resolves revisions with a Git of its own that knows no `insteadOf`; so the repository's real URL stays in every
object of the cluster, and only the repo-server's way to it ends here. Nothing else is reachable through it.
"""

import gzip
import os
import ssl
import subprocess
import sys
from functools import partial
from http.server import ThreadingHTTPServer
from pathlib import Path

from sandbox.answering import LOOPBACK, Answering
from sandbox.cluster import certificates

SERVICE = "git-upload-pack"


class Handler(Answering):
    """Opens TLS itself, as whatever host is asked for, and answers the two requests of a fetch."""

    protocol_version = "HTTP/1.1"

    def __init__(self, repository: Path, pki: Path, *rest: object) -> None:
        self.repository, self.pki = repository, pki
        super().__init__(*rest)  # type: ignore[arg-type]  # what the server hands over: request, address, itself

    def do_CONNECT(self) -> None:
        """Become the host's end of the tunnel."""
        pair = certificates.issue(self.pki, self.path.rpartition(":")[0])
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(pair.with_suffix(".crt"), pair.with_suffix(".key"))
        self.send_response(200)
        self.end_headers()
        self.connection = context.wrap_socket(self.connection, server_side=True)
        self.rfile, self.wfile = self.connection.makefile("rb"), self.connection.makefile("wb", buffering=0)  # type: ignore[assignment]  # as unbuffered as the server's own
        self.close_connection = False

    def finish(self) -> None:
        """The server closes the socket it accepted, not the one that TLS made of it."""
        super().finish()
        self.connection.close()

    def do_GET(self) -> None:
        """The refs, to whoever wants to fetch."""
        if not self.path.endswith(f"/info/refs?service={SERVICE}"):
            return self.send_error(403, "the snapshot is read-only")
        banner = f"# service={SERVICE}\n"
        head = f"{len(banner) + 4:04x}{banner}0000".encode()
        return self._answer("advertisement", head + self._git(b"", "--advertise-refs"))

    def do_POST(self) -> None:
        """The objects."""
        body = self.read_body()
        zipped = self.headers.get("Content-Encoding") == "gzip"
        return self._answer("result", self._git(gzip.decompress(body) if zipped else body))

    def _git(self, request: bytes, *flags: str) -> bytes:
        words = ["git", "upload-pack", "--stateless-rpc", *flags, str(self.repository)]
        env = {**os.environ, "GIT_PROTOCOL": self.headers.get("Git-Protocol", "")}
        done = subprocess.run(words, input=request, env=env, stdout=subprocess.PIPE, check=False)  # noqa: S603 words of our own
        return done.stdout

    def _answer(self, what: str, body: bytes) -> None:
        self.answer(200, body, [("Content-Type", f"application/x-{SERVICE}-{what}"), ("Cache-Control", "no-cache")])


def main(repository: str, port: str, pki: str) -> None:
    """Serve until killed."""
    ThreadingHTTPServer((LOOPBACK, int(port)), partial(Handler, Path(repository), Path(pki))).serve_forever()


if __name__ == "__main__":
    main(*sys.argv[1:])
