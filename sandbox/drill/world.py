"""Both regions, standing: databases, services, local AWS, controllers and load, and what a drill does to them."""

import contextlib
import json
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

from infra.config.failover import FailoverConfig
from sandbox.drill import plan
from sandbox.drill.cloud import FAILOVER, NAME, PRIMARY, RECOVERY, TABLE, ZONE, arn, client, furnish, local_aws
from sandbox.drill.dns import Resolver
from sandbox.drill.load import Load
from sandbox.drill.pair import Pair
from sandbox.drill.service import Service
from sandbox.faults.proxy import Fault, Request, proxy
from sandbox.home import PROJECT
from services.failover.machine import Event, State
from services.failover.store import Store

LATENCY = 0.6
"""Seconds that a write is on its way to the other region: what is in flight when the line is cut is lost."""
RATE = 20.0
"""Writes a second."""


class DrillError(RuntimeError):
    """A drill that cannot go on; says what did not happen, and where to look."""


class World:
    """What a drill acts on; closed by the stack that it was given."""

    def __init__(self, folder: Path, order: FailoverConfig, latency: float, held: ExitStack) -> None:
        self.folder, self.lost = folder, threading.Event()
        folder.chmod(0o711)  # databases of another account lie below
        (folder / "databases").mkdir()
        self.asked: list[Request] = []
        self.pair = Pair(folder / "databases", arn(PRIMARY), arn(RECOVERY), latency)
        held.callback(self.pair.close)
        self.services = {region: Service(region, self.pair.servers[arn(region)]) for region in (PRIMARY, RECOVERY)}
        for service in self.services.values():
            held.callback(service.stop)
        self.aws = held.enter_context(local_aws(self.pair))
        self._through = held.enter_context(proxy(self.aws, self._rule))
        self._zone, topic = furnish(self.aws, order.dns.ttl_seconds)
        self._documents = self._write(order, topic)
        self._measure_lag(held)
        resolver = Resolver(lambda name, region: client(self.aws, name, region), self._zone, NAME)
        self.controllers = [self._controller(number) for number in (1, 2)]
        held.callback(self._end_controllers)
        self.load = Load(lambda: self._route(resolver.resolve()), RATE)
        held.callback(self.load.stop)
        self.store = Store(client(self.aws, "dynamodb"), TABLE, FAILOVER)

    def _measure_lag(self, held: ExitStack) -> None:
        stop = threading.Event()
        measuring = threading.Thread(target=self.pair.report_lag, args=(self._tell_lag, stop), daemon=True)
        measuring.start()
        held.callback(measuring.join)
        held.callback(stop.set)

    def state(self) -> State:
        """As the controllers have written it."""
        return self.store.load(State(active=PRIMARY)).state

    def events(self) -> list[Event]:
        """The controllers' journal."""
        return self.store.journal()

    def lose_primary(self) -> float:
        """Everything in the primary region is gone at once; the moment."""
        self.lost.set()
        self.pair.lose(arn(PRIMARY))
        self.services[PRIMARY].stop()
        return time.time()

    def return_primary(self) -> None:
        """The region is back, its database as a follower."""
        self.pair.latency = LATENCY
        self.pair.rejoin(arn(PRIMARY))
        self.services[PRIMARY].start()
        self.lost.clear()

    def decide(self, command: str) -> None:
        """A person's word to the controller."""
        words = [*self._documents, command, "--by", "drill", "--why", "rehearsal"]
        done = subprocess.run(  # noqa: S603 our own program
            [sys.executable, "-m", "services.failover", *words],
            env=self._env,
            cwd=PROJECT,
            capture_output=True,
            text=True,
            check=False,
        )
        if done.returncode:
            raise DrillError(f"{command} was refused: {done.stderr.strip()}")

    def kill_controller(self) -> None:
        """End one controller at once."""
        self.controllers[0].kill()

    def until(self, what: str, happened: Callable[[], bool], seconds: float = 60) -> None:
        """Wait; raise DrillError if it does not happen in time."""
        deadline = time.monotonic() + seconds
        while not happened():
            if time.monotonic() > deadline:
                raise DrillError(f"{what} did not happen within {seconds:.0f} s; the logs are in {self.folder}")
            time.sleep(0.1)

    def asked_of(self, region: str) -> int:
        """Requests of the controllers that were signed for a region."""
        return sum(request.region == region for request in list(self.asked))

    def _rule(self, request: Request) -> Fault | None:
        self.asked.append(request)
        refused = self.lost.is_set() and request.region == PRIMARY
        return Fault("ServiceUnavailable", f"{PRIMARY} is lost", 503) if refused else None

    def _route(self, target: str) -> tuple[str, int]:
        region = target.removesuffix(f".{ZONE}")
        return region, self.services[region].port

    def _write(self, order: FailoverConfig, topic: str) -> list[str]:
        health = {region: f"{service.url}/health" for region, service in self.services.items()}
        failover, wiring = self.folder / "failover.json", self.folder / "wiring.json"
        failover.write_text(json.dumps(plan.resource(order, health[PRIMARY])))
        wiring.write_text(json.dumps(plan.wiring(order, health[RECOVERY], topic)))
        return ["--failover", str(failover), "--wiring", str(wiring)]

    def _controller(self, number: int) -> subprocess.Popen[bytes]:
        with (self.folder / f"controller-{number}.log").open("wb") as log:
            return subprocess.Popen(  # noqa: S603 our own program
                [sys.executable, "-m", "services.failover", *self._documents, "run"],
                env=self._env,
                cwd=PROJECT,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
            )

    @property
    def _env(self) -> dict[str, str]:
        keys = {"AWS_ACCESS_KEY_ID": "drill", "AWS_SECRET_ACCESS_KEY": "drill", "AWS_CONFIG_FILE": os.devnull}
        return {**os.environ, **keys, "AWS_ENDPOINT_URL": self._through, "AWS_REGION": RECOVERY}

    def _end_controllers(self) -> None:
        for controller in self.controllers:
            controller.send_signal(signal.SIGTERM)
        for controller in self.controllers:
            with contextlib.suppress(subprocess.TimeoutExpired):
                controller.wait(timeout=10)
            controller.kill()
            controller.wait()

    def _tell_lag(self, reader: str, seconds: float) -> None:
        client(self.aws, "cloudwatch", reader.split(":")[3]).put_metric_data(
            Namespace="AWS/RDS",
            MetricData=[
                {
                    "MetricName": "AuroraGlobalDBReplicationLag",
                    "Dimensions": [{"Name": "DBClusterIdentifier", "Value": reader.rpartition(":")[2]}],
                    "Value": seconds * 1000,
                }
            ],
        )


@contextmanager
def standing(folder: Path, order: FailoverConfig, latency: float) -> Iterator[World]:
    """A world for as long as it is needed; nothing of it runs afterwards."""
    with ExitStack() as held:
        yield World(folder, order, latency, held)
