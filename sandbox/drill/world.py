"""Both regions, standing: databases, services, local AWS, controllers and load, and what a drill does to them."""

import threading
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import AbstractContextManager, ExitStack, contextmanager, suppress
from functools import partial
from pathlib import Path
from typing import Any

from sandbox.drill.crew import Crew
from sandbox.drill.dns import Resolver
from sandbox.drill.ground import DrillError, Ground, Post
from sandbox.drill.load import Load
from sandbox.drill.pair import Pair
from sandbox.drill.people import People
from sandbox.drill.service import Service
from sandbox.faults.proxy import Fault, Request, lose, proxy
from services.failover.lease import LEASE
from services.failover.machine import Event, State

LATENCY = 0.6
"""Seconds that a write is on its way to the other region: what is in flight when the line is cut is lost."""
RATE = 20.0
"""Writes a second."""
CREW = {"controller-1": "run", "controller-2": "run", "guard": "guard"}
"""Process -> its duty."""


class World:
    """What a drill acts on; closed by the stack that it was given."""

    def __init__(self, folder: Path, ground: Ground, latency: float, held: ExitStack) -> None:
        self.folder, self.ground, self.lost, self.begun = folder, ground, threading.Event(), time.time()
        self._store = ground.store  # before anything is made: without it there is no drill
        folder.chmod(0o711)  # databases of another account lie below
        (folder / "databases").mkdir()
        self.asked: dict[str, list[Request]] = {}
        self.posts: dict[str, Post] = {}
        regions = (ground.primary, ground.recovery)
        self.pair = Pair(folder / "databases", ground.arn(ground.primary), ground.arn(ground.recovery), latency)
        held.callback(self.pair.close)
        self.services = {region: Service(region, self.pair.servers[ground.arn(region)]) for region in regions}
        for service in self.services.values():
            held.callback(service.stop)
        held.enter_context(ground.lend(self.pair))
        self.people = People(held)
        self._hand_over(held)
        self._crew = self._man(held)
        self._measure_lag(held)
        order = ground.order
        resolver = Resolver(ground.route53(), ground.client, ground.zone, order.host, order.dns.ttl_seconds)
        self.load = Load(lambda: self._route(resolver.resolve()), RATE)
        held.callback(self.load.stop)

    def _man(self, held: ExitStack) -> Crew:
        crew, ground = Crew(self.folder, self.ground.recovery), self.ground
        failover, wiring = self._documents()
        told: dict[str, Mapping[str, Any]] = {"run": wiring}
        self.posts["run"] = ground.controller(self.folder)
        if guarded := ground.guard(self.folder):
            self.posts["guard"], told["guard"] = guarded
        for duty, post in self.posts.items():
            asked = self.asked[duty] = []
            address = held.enter_context(proxy(ground.aws, partial(self._rule, asked)))
            crew.know(duty, post, address, failover, told[duty])
        held.callback(crew.end)
        for name, duty in CREW.items():
            if duty in self.posts:
                crew.start(duty, name)
                self.until("a controller at work", self._led)  # the first one, so that it is known who works
        return crew

    def _led(self) -> bool:
        return bool(self._store.row(LEASE).get("owner", {}).get("S"))

    def _measure_lag(self, held: ExitStack) -> None:
        stop = threading.Event()
        measuring = threading.Thread(target=self.pair.report_lag, args=(self._tell_lag, stop), daemon=True)
        measuring.start()
        held.callback(measuring.join)
        held.callback(stop.set)

    def state(self) -> State:
        """As the controllers have written it."""
        return self.ground.state()

    def events(self) -> list[Event]:
        """The controllers' journal of this drill."""
        return [event for event in self._store.journal() if event.at >= self.begun]

    def lose_primary(self) -> float:
        """Everything in the primary region is gone at once; the moment."""
        self.lost.set()
        self.pair.lose(self.ground.arn(self.ground.primary))
        self._silence_primary()
        return time.time()

    def return_primary(self) -> None:
        """The region is back, its database as a follower."""
        self.pair.latency = LATENCY
        self.pair.rejoin(self.ground.arn(self.ground.primary))
        self._hear_primary()

    def cut_off_primary(self) -> None:
        """Nobody reaches the primary region, where all goes on."""
        self.lost.set()
        self.pair.line.cut()
        self._silence_primary()

    def reach_primary(self) -> None:
        """The region that was cut off answers as before."""
        self._hear_primary()
        self.pair.reconnect()

    def _silence_primary(self) -> None:
        self.services[self.ground.primary].stop()
        if "guard" in self.posts:
            self._crew.kill("guard")

    def _hear_primary(self) -> None:
        self.services[self.ground.primary].start()
        self.lost.clear()
        if "guard" in self.posts:
            self._crew.start("guard", "guard")

    def decide(self, command: str) -> None:
        """A person's word to the controller."""
        self._crew.say("run", command, "--by", "drill", "--why", "rehearsal")

    def kill_controller(self) -> None:
        """End the controller that works at once."""
        self._crew.kill("controller-1")

    def until(self, what: str, happened: Callable[[], bool], seconds: float = 60) -> None:
        """Wait; raise DrillError if it does not happen in time."""
        deadline = time.monotonic() + seconds
        while not happened():
            if time.monotonic() > deadline:
                raise DrillError(f"{what} did not happen within {seconds:.0f} s; {self._stands()}; logs: {self.folder}")
            time.sleep(0.1)

    def _stands(self) -> str:
        """Where the failover stands, in a sentence, whether or not anybody can tell."""
        try:
            state = self.state()
        except Exception as error:  # what did not happen is what matters
            return f"the failover's row cannot be read ({type(error).__name__})"
        return f"the failover is {state.phase}" + (f": {state.reason}" if state.reason else "")

    def requests(self) -> list[Request]:
        """Of the controllers and of the guard."""
        return [request for asked in self.asked.values() for request in asked]

    def seen_from_outside(self) -> AbstractContextManager[str]:
        """An address of AWS for others than the controllers; it refuses what is lost, too."""
        return proxy(self.ground.aws, self._refuse)

    def _rule(self, asked: list[Request], request: Request) -> Fault | None:
        asked.append(request)
        return self._refuse(request)

    def _refuse(self, request: Request) -> Fault | None:
        return lose(self.ground.primary)(request) if self.lost.is_set() else None

    def _route(self, target: str) -> tuple[str, int]:
        region = target.partition(".")[0]
        return region, self.services[region].port

    def _documents(self) -> tuple[dict[str, Any], dict[str, Any]]:
        """With the addresses of what stands for the application, for Prometheus and for people."""
        ground, path = self.ground, self.ground.order.detection.path
        here, there = (self.services[region].url for region in (ground.primary, ground.recovery))
        spec = ground.failover["spec"]
        checks = [
            {**check, "endpoint": f"{here}{path}"} if check["type"] == "http" else check
            for check in spec["healthChecks"]
        ]
        failover = {**ground.failover, "spec": {**spec, "healthChecks": checks}}
        addresses = {"recoveryEndpoint": f"{there}{path}", "metricsUrl": there, "pagerdutyUrl": self.people.pager}
        return failover, {**ground.wiring, **addresses}

    def _hand_over(self, held: ExitStack) -> None:
        """What a person would write into the secrets that the controllers read; a value that was there comes back."""
        secrets = self.ground.client("secretsmanager", self.ground.recovery)
        for name, value in {"slackSecret": self.people.chat, "pagerdutySecret": "drill"}.items():
            if secret := self.ground.wiring.get(name):
                with suppress(secrets.exceptions.ResourceNotFoundException):  # it has no value yet
                    before = secrets.get_secret_value(SecretId=secret)["SecretString"]
                    held.callback(secrets.put_secret_value, SecretId=secret, SecretString=before)
                secrets.put_secret_value(SecretId=secret, SecretString=value)

    def _tell_lag(self, reader: str, seconds: float) -> None:
        self.ground.client("cloudwatch", reader.split(":")[3]).put_metric_data(
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
def standing(folder: Path, ground: Ground, latency: float) -> Iterator[World]:
    """A world for as long as it is needed; nothing of it runs afterwards."""
    with ExitStack() as held:
        yield World(folder, ground, latency, held)
