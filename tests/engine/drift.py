"""What somebody edits behind the program's back: the rows of the table beside this file, and how to do them."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path
from typing import Any

import jmespath
import yaml

from sandbox.providers.kubernetes import standin
from tests.engine.laptop import REGION, Laptop

TABLE: Mapping[str, Mapping[str, Any]] = yaml.safe_load(Path(__file__).with_suffix(".yaml").read_text())
GONE = "gone"
Entry = Mapping[str, Any]  # a resource as the state lists it


def edits(laptop: Laptop, resources: Sequence[Entry], account: str) -> "Iterator[Edit]":
    """An edit for each type, of the first resource that has the attribute; a type without a row fails by name."""
    mine = (entry for entry in resources if entry["custom"] and not entry["type"].startswith("pulumi:"))
    real = sorted(mine, key=lambda entry: entry["urn"])
    types = dict.fromkeys(entry["type"] for entry in real)
    assert not types.keys() - TABLE.keys(), f"add to drift.yaml: {sorted(types.keys() - TABLE.keys())}"
    for type_ in types:
        attribute, mine = TABLE[type_]["drifts"], [entry for entry in real if entry["type"] == type_]
        having = [entry for entry in mine if jmespath.search(attribute, entry["inputs"]) is not None]
        yield Edit(laptop, account, TABLE[type_], (having or mine)[0], real)


@dataclass(frozen=True)
class Edit:
    """A row of the table, and the resource that it is done to."""

    laptop: Laptop
    account: str
    row: Mapping[str, Any]
    resource: Entry
    stack: Sequence[Entry]

    @property
    def urn(self) -> str:
        found: str = self.resource["urn"]
        return found

    def look(self) -> Any:
        """The live value; empty where there is none."""
        if "release" in self.row:
            return self._release().values
        if "patch" in self.row:
            return jmespath.search(self.row["drifts"], self.laptop.cluster.api.live(self.resource["inputs"]))
        look = dict(self.row["look"])
        at = look.pop("at")
        return jmespath.search(at, self._call(look))

    def make(self) -> None:
        """Change it, as an operator would."""
        api = self.laptop.cluster.api
        if "release" in self.row:
            record = self._release()
            standin.save(api, replace(record, values={**record.values, **self.row["release"]}))
        elif "patch" in self.row:
            api.patch(self.resource["inputs"], self.row["patch"])
        else:
            self._call(self.row["edit"])

    def is_named(self, steps: Sequence[Mapping[str, Any]]) -> bool:
        """Whether a preview creates it anew, or changes the attribute."""
        attribute = self.row["drifts"]
        for step in steps:
            if step["urn"] == self.urn:
                paths = step.get("detailedDiff") or {}
                return step["op"] == "create" if attribute == GONE else attribute in paths
        return False

    def _release(self) -> standin.Record:
        namespace, _, name = self.resource["id"].rpartition("/")
        record = standin.load(self.laptop.cluster.api, namespace, name)
        assert record is not None
        return record

    def _call(self, wanted: Mapping[str, Any]) -> Any:
        ((call, parameters),) = wanted.items()
        service, _, operation = call.partition(".")
        client = _client(self.laptop, service, self.account, self.resource["outputs"].get("region", REGION))
        return getattr(client, operation)(**self._filled(parameters))

    def _filled(self, value: Any) -> Any:
        if isinstance(value, dict):
            filled = {key: self._filled(item) for key, item in value.items()}
            return {key: item for key, item in filled.items() if item is not None}
        if isinstance(value, list):
            return [self._filled(item) for item in value]
        named = re.fullmatch("<(.+)>", value) if isinstance(value, str) else None
        return jmespath.search(named[1], self._known()) if named else value

    def _known(self) -> dict[str, Any]:
        """What a placeholder may name; `another` never is what the resource has already."""
        mine = [self.resource["id"], *map(str, self.resource["inputs"].values())]
        another = {entry["type"].rpartition(":")[2]: entry["id"] for entry in self.stack if entry["id"] not in mine}
        told = {"id": self.resource["id"], "account": self.account, "another": another}
        return {**self.resource["outputs"], **told}


@cache
def _client(laptop: Laptop, service: str, account: str, region: str) -> Any:
    return laptop.client(service, account, region)
