"""At most one controller works at a time, by no clock but its own."""

import uuid
from collections.abc import Callable
from typing import Any

from services.failover.store import StaleError, Store

LEASE = "lease"


class LeaseError(StaleError):
    """Too little of the lease is left to begin something."""


class Lease:
    """At most one controller works at a time.

    A holder beats; a contender takes over once it has seen the same beat for `seconds` of its own clock. The holder
    counts from before its last beat, so it stops first. Every take-over has a higher token, which each write checks.
    """

    def __init__(self, store: Store, seconds: float, clock: Callable[[], float]) -> None:
        self._store, self.seconds, self._clock = store, seconds, clock
        self.owner, self.token = uuid.uuid4().hex, 0
        self._until = 0.0
        self._seen: tuple[str, float] = ("", 0.0)

    def hold(self) -> bool:
        """Beat, or take the lease when it is free or silent; whether it is ours now."""
        now = self._clock()
        row = self._store.row(LEASE)
        holder, beat = row.get("owner", {}).get("S", ""), row.get("beat", {}).get("S", "")
        token = int(row.get("token", {}).get("N", "0"))
        ours = holder == self.owner and token == self.token
        if holder and not ours and not self._silent(beat, now):
            return False
        try:
            self._write(self.owner, token if ours else token + 1, beat)
        except StaleError:
            return False
        self.token, self._until = token if ours else token + 1, now + self.seconds
        return True

    def require(self, seconds: float) -> None:
        """Beat if need be; raise LeaseError unless so much of the lease is left."""
        if self._until - self._clock() < seconds and not self.hold():
            raise LeaseError("the lease is lost")
        if self._until - self._clock() < seconds:
            raise LeaseError(f"less than {seconds:g} s of the lease are left")

    def free(self) -> None:
        """Let the next one go on at once."""
        row = self._store.row(LEASE)
        if row.get("owner", {}).get("S") == self.owner:
            self._write("", self.token, row["beat"]["S"])
        self._until = 0.0

    def condition(self) -> dict[str, Any]:
        """The check that every write of a holder carries."""
        values = {":me": {"S": self.owner}, ":token": {"N": str(self.token)}}
        return {
            **self._store.at(LEASE),
            "ConditionExpression": "#owner = :me AND #token = :token",
            "ExpressionAttributeNames": {"#owner": "owner", "#token": "token"},
            "ExpressionAttributeValues": values,
        }

    def _silent(self, beat: str, now: float) -> bool:
        if beat != self._seen[0]:
            self._seen = (beat, now)
        return now - self._seen[1] >= self.seconds

    def _write(self, owner: str, token: int, beat: str) -> None:
        values = {
            ":owner": {"S": owner},
            ":token": {"N": str(token)},
            ":next": {"S": uuid.uuid4().hex},
            ":beat": {"S": beat},
        }
        self._store.update(
            LEASE,
            UpdateExpression="SET #owner = :owner, #token = :token, beat = :next",
            ConditionExpression="attribute_not_exists(beat) OR beat = :beat",
            ExpressionAttributeNames={"#owner": "owner", "#token": "token"},
            ExpressionAttributeValues=values,
        )
