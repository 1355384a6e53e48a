"""The resource type kubernetes:helm.sh/v3:Release: real helm where the chart can be had, a stand-in where it cannot."""

import secrets
from collections.abc import Mapping
from typing import Any

from sandbox import journal
from sandbox.cluster.control_plane import ControlPlane
from sandbox.home import current
from sandbox.providers.kubernetes import charts, standin, upstream
from sandbox.providers.kubernetes.charts import Chart
from sandbox.providers.kubernetes.fields import WITHHELD
from sandbox.providers.kubernetes.helm import OPTIONS, SWITCHES, Helm, HelmError
from sandbox.providers.kubernetes.objects import explained
from sandbox.providers.kubernetes.target import Target
from sandbox.providers.protocol import UNKNOWN, Change, PartialError, Props, Provider, ProviderError, Ref, secret

TIMEOUT_SECONDS = 300  # helm's own
_OWN = ("allowNullValues", "chart", "name", "namespace", "repositoryOpts", "skipAwait", "timeout", "values", "version")
_WITHOUT_EFFECT = ("compat", "resourceNames")


class Releases:
    """Speaks for every release of one cluster."""

    def __init__(self, target: Target, provider: Provider) -> None:
        self.target, self.provider = target, provider
        self._told: set[str] = set()

    def check(self, ref: Ref, news: Props, olds: Props) -> Props:
        """Name and place it; refuse what is not implemented, and values that the chart does not know."""
        implemented = {*SWITCHES, *OPTIONS, *_OWN, *_WITHOUT_EFFECT}
        if refused := sorted(key for key, item in news.items() if item and key not in implemented):
            raise ProviderError(f"{ref.name}: {', '.join(refused)} is not implemented here; leave it out")
        name = news.get("name") or olds.get("name") or f"{ref.name}-{secrets.token_hex(4)}"
        inputs = {**news, "name": name, "namespace": news.get("namespace") or self.target.namespace}
        inputs.setdefault("timeout", TIMEOUT_SECONDS)
        chart = _chart(inputs)
        known = UNKNOWN not in (chart.reference, chart.version) and isinstance(inputs.get("values", {}), dict)
        if known and (wrong := upstream.faults(chart, _values(inputs), current())):
            raise ProviderError(
                f"{ref.name}: values of chart {chart}: {', '.join(wrong)}; helm ignores what a chart does not know, so "
                "correct it to what the chart's values.yaml has"
            )
        return inputs

    def diff(self, ref: Ref, olds: Props, news: Props, state: Props) -> Change:
        """Another name or namespace is another release; everything else is an upgrade."""
        differing = {key for key in olds.keys() | news.keys() if olds.get(key) != news.get(key)}
        replace = frozenset(differing & {"name", "namespace"})
        return Change(frozenset(differing) - replace, replace)

    def create(self, ref: Ref, inputs: Props, preview: bool) -> tuple[str, Props]:
        """Install it and wait for it, as `atomic`, `skipAwait` and `timeout` say."""
        return ("", inputs) if preview else (_id(inputs), self._installed(ref, inputs))

    def update(self, ref: Ref, olds: Props, news: Props, state: Props, preview: bool) -> Props:
        """Upgrade it."""
        return news if preview else self._installed(ref, news)

    def read(self, ref: Ref, inputs: Props, state: Props) -> tuple[Props, Props] | None:
        """The inputs, with chart, version and values as the cluster's release has them."""
        namespace, _, name = ref.id.rpartition("/")
        helm = Helm(self._plane(), namespace)
        found, record = helm.released(name), standin.load(helm.plane.api, namespace, name)
        if found is not None:
            values = helm.values(name)
        elif record is not None:
            found, values = _status(record), dict(record.values)
        else:
            return None
        live = {**inputs, "name": name, "namespace": namespace}
        asked = _chart(inputs) if inputs else None
        if asked is None or asked.name != found["chart"]:
            live["chart"] = found["chart"]
        if asked is None or asked.version not in ("", found["version"]):
            live["version"] = found["version"]
        if values != _values(inputs):
            live["values"] = _told(_values(inputs), values) if inputs else secret(values)
        if found["status"] != "deployed":
            reason = f"release {ref.id} is {found['status']}: what was being done to it failed or was killed"
            raise PartialError(ref.id, {**live, "status": found}, live, [reason])
        return live, {**live, "status": found}

    def delete(self, ref: Ref, inputs: Props, state: Props) -> None:
        """Uninstall it and wait until its objects are gone."""
        helm, name = Helm(self._plane(), inputs["namespace"]), inputs["name"]
        if helm.released(name) is not None:
            try:
                helm.uninstall(name, inputs["timeout"])
            except HelmError as error:
                raise ProviderError(f"release {_id(inputs)} was not removed: {error}; see what keeps it") from None
        record = standin.load(helm.plane.api, helm.namespace, name)
        if record is not None:
            standin.remove(helm.plane, record)
        elif program := standin.companion(_chart(inputs).name):
            program.stop(helm.plane)
        journal.deleted(ref.urn, ref.id)

    def _plane(self) -> ControlPlane:
        return self.target.reached()

    def _installed(self, ref: Ref, inputs: Props) -> Props:
        chart, helm = _chart(inputs), Helm(self._plane(), inputs["namespace"])
        before, path = helm.unlocked(inputs["name"]), charts.find(chart, helm.plane.home)
        journal.created(ref.urn, _id(inputs))  # before it happens, for helm leaves half of it when it is killed
        if path is not None:
            return {**inputs, "status": self._upgraded(ref, helm, inputs, path)}
        if before is not None:
            raise ProviderError(
                f"release {_id(inputs)} was installed from chart {before['chart']} {before['version']}, and {chart} "
                "cannot be had; put it into CHARTS_DIR"
            )
        wanted = standin.Record(helm.namespace, inputs["name"], chart.name, chart.version, _values(inputs))
        with explained(f"release {_id(inputs)}", inputs):
            record, sentence = standin.install(helm.plane, chart, wanted, inputs)
        self._tell(sentence, ref)
        return {**inputs, "status": _status(record)}

    def _upgraded(self, ref: Ref, helm: Helm, inputs: Props, path: Any) -> Props:
        name, chart = inputs["name"], _chart(inputs)
        record = standin.load(helm.plane.api, helm.namespace, name)
        adopting = {"takeOwnership": True} if record else {}
        try:
            left_out = helm.upgrade(name, path, {**inputs, **adopting}, _values(inputs))
        except HelmError as error:
            sentence = (
                f"release {_id(inputs)}: chart {chart} was not installed: {error}; correct the chart or its values"
            )
            found = helm.released(name)
            if found is None:
                raise ProviderError(sentence) from None
            raise PartialError(_id(inputs), {**inputs, "status": found}, inputs, [sentence]) from None
        if left_out:
            self._tell(f"chart {chart}: not registered, since simulated pods answer nobody: {', '.join(left_out)}", ref)
        if record is not None:
            standin.forget(helm.plane.api, record)
        if program := standin.companion(chart.name):
            program.start(helm.plane)
        return helm.released(name) or {}

    def _tell(self, sentence: str, ref: Ref) -> None:
        if sentence not in self._told:
            self._told.add(sentence)
            self.provider.warn(sentence, ref.urn)


def _id(inputs: Mapping[str, Any]) -> str:
    return f"{inputs['namespace']}/{inputs['name']}"


def _chart(inputs: Mapping[str, Any]) -> Chart:
    repository = (inputs.get("repositoryOpts") or {}).get("repo") or ""
    return Chart(inputs["chart"], inputs.get("version") or "", repository)


def _values(inputs: Mapping[str, Any]) -> Props:
    """The values to install; a null unsets a default, and counts only where that was asked for."""
    values = inputs.get("values") or {}
    return values if inputs.get("allowNullValues") else _without_nulls(values)


def _told(asked: Any, live: Any) -> Any:
    """Live values that the program states; any other may be a secret, and only where it stands is told."""
    if isinstance(asked, dict) and isinstance(live, dict):
        return {key: _told(asked.get(key), item) for key, item in live.items()}
    return live if asked == live else WITHHELD


def _without_nulls(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _without_nulls(item) for key, item in value.items() if item is not None}
    return value


def _status(record: standin.Record) -> Props:
    place = {"name": record.name, "namespace": record.namespace, "chart": record.chart, "version": record.version}
    return {**place, "revision": record.revision, "status": "deployed"}
