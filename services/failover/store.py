"""What outlives a controller: its state, its journal and its lease, in one table of the recovery region.

One row `current` is the truth; its `active_region`, `fenced_region` and `epoch` are what others read. It changes only
against the version that was read and, by a controller, under the lease. No clock is compared with another's.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from botocore.exceptions import ClientError

from services.failover.machine import Event, State
from services.failover.switch import CURRENT, KEYS


class StaleError(RuntimeError):
    """Somebody else has written, or holds the lease: read again before doing anything."""


@dataclass(frozen=True)
class Read:
    """A state as it was found; `version` is 0 before anything was written."""

    state: State
    version: int
    outbox: tuple[Event, ...]


class Store:
    """The rows of one failover."""

    def __init__(self, dynamodb: Any, table: str, name: str) -> None:
        self._db, self._table, self._name = dynamodb, table, name

    def load(self, initial: State) -> Read:
        """The state as last written, read consistently; `initial` before that."""
        row = self.row(CURRENT)
        if not row:
            return Read(initial, 0, ())
        outbox = tuple(Event.model_validate_json(each["S"]) for each in row["outbox"]["L"])
        return Read(State.model_validate_json(row["state"]["S"]), int(row["version"]["N"]), outbox)

    def save(
        self,
        read: Read,
        state: State,
        events: Iterable[Event],
        outbox: Iterable[Event],
        lease: Mapping[str, Any] | None,
    ) -> Read:
        """Write state, journal and outbox, all or nothing.

        Raises StaleError if the row has changed since, or the check of the lease, if one is given, does not hold.
        """
        read = Read(state, read.version + 1, tuple(outbox))
        lines = [{"Put": self._line(read.version, n, event)} for n, event in enumerate(events)]
        held = [{"ConditionCheck": lease}] if lease else []
        try:
            self._db.transact_write_items(TransactItems=[*held, {"Update": self._change(read)}, *lines])
        except ClientError as error:
            raise stale(error) from None
        return read

    def journal(self) -> list[Event]:
        """Every event, oldest first."""
        pages = self._db.get_paginator("query").paginate(
            TableName=self._table,
            ConsistentRead=True,
            KeyConditionExpression="failover = :name AND begins_with(#record, :event)",
            ExpressionAttributeNames={"#record": "record"},
            ExpressionAttributeValues={":name": {"S": self._name}, ":event": {"S": "event#"}},
        )
        return [Event.model_validate_json(row["event"]["S"]) for page in pages for row in page["Items"]]

    def row(self, record: str) -> dict[str, Any]:
        """A row as it is now, or nothing."""
        found = self._db.get_item(**self.at(record), ConsistentRead=True)
        return dict(found.get("Item", {}))

    def at(self, record: str) -> dict[str, Any]:
        """Table and key of a row, as requests take them."""
        return {"TableName": self._table, "Key": self._key(record)}

    def update(self, record: str, **request: Any) -> None:
        """One conditional write; StaleError where the condition does not hold."""
        try:
            self._db.update_item(**self.at(record), **request)
        except ClientError as error:
            raise stale(error) from None

    def _change(self, read: Read) -> dict[str, Any]:
        state = read.state
        return {
            **self.at(CURRENT),
            "UpdateExpression": "SET #state = :state, active_region = :active, fenced_region = :fenced, "
            "epoch = :epoch, phase = :phase, outbox = :outbox, version = :next",
            "ConditionExpression": "attribute_not_exists(version)" if read.version == 1 else "version = :seen",
            "ExpressionAttributeNames": {"#state": "state"},
            "ExpressionAttributeValues": {
                ":state": {"S": state.model_dump_json()},
                ":active": {"S": state.active},
                ":fenced": {"S": state.fenced or "none"},
                ":epoch": {"N": str(state.epoch)},
                ":phase": {"S": state.phase},
                ":outbox": {"L": [{"S": each.model_dump_json()} for each in read.outbox]},
                ":next": {"N": str(read.version)},
                **({":seen": {"N": str(read.version - 1)}} if read.version > 1 else {}),
            },
        }

    def _line(self, version: int, n: int, event: Event) -> dict[str, Any]:
        item = {**self._key(f"event#{version:010d}#{n}"), "event": {"S": event.model_dump_json()}}
        return {"TableName": self._table, "Item": item, "ConditionExpression": "attribute_not_exists(failover)"}

    def _key(self, record: str) -> dict[str, Any]:
        return {KEYS[0]: {"S": self._name}, KEYS[1]: {"S": record}}


def stale(error: ClientError) -> Exception:
    """StaleError for a condition that did not hold; any other error as it is."""
    code = error.response["Error"]["Code"]
    reasons = {each.get("Code") for each in error.response.get("CancellationReasons", ())}
    if code == "ConditionalCheckFailedException" or reasons & {"ConditionalCheckFailed", "TransactionConflict"}:
        return StaleError("somebody else has written since, or holds the lease")
    return error
