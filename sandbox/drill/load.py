"""A load of numbered writes: each number is sent once, to wherever the name leads, and what was promised is kept."""

import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from http.client import HTTPConnection, HTTPException


@dataclass(frozen=True)
class Promise:
    """A number whose commit was confirmed, by which region and when."""

    number: int
    region: str
    at: float


class Load:
    """So many writes a second from one thread; `route` says region and port."""

    def __init__(self, route: Callable[[], tuple[str, int]], rate: float) -> None:
        self.promises: list[Promise] = []
        self.refused: list[float] = []
        self._route, self._pause, self._stop = route, 1 / rate, threading.Event()
        self._thread = threading.Thread(target=self._work, daemon=True)
        self._thread.start()

    def promised(self, region: str) -> set[int]:
        """Numbers that the region confirmed."""
        return {promise.number for promise in list(self.promises) if promise.region == region}

    def first(self, region: str, after: float) -> float | None:
        """When the region confirmed its first write after a moment."""
        return next((each.at for each in list(self.promises) if each.region == region and each.at > after), None)

    def stop(self) -> None:
        """Send no more."""
        self._stop.set()
        self._thread.join(timeout=10)

    def _work(self) -> None:
        number = 0
        while not self._stop.wait(self._pause):
            number += 1
            region, port = self._route()
            if _confirmed(port, number):
                self.promises.append(Promise(number, region, time.time()))
            else:
                self.refused.append(time.time())


def _confirmed(port: int, number: int) -> bool:
    connection = HTTPConnection("127.0.0.1", port, timeout=2)
    try:
        connection.request("POST", f"/writes/{number}")
        return connection.getresponse().status == 201
    except (OSError, HTTPException):
        return False
    finally:
        connection.close()
