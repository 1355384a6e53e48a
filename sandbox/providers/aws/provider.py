"""The stand-in `pulumi-resource-aws`: the engine's requests, answered by rows of the table against the local AWS."""

import hashlib
import importlib.metadata
import json
import os
import threading
from typing import Any

import boto3

from sandbox import journal
from sandbox.providers.aws.errors import GoneError, refused, told
from sandbox.providers.aws.invokes import INVOKES
from sandbox.providers.aws.kind import Cloud, Kind, one, refuse_elsewhere, same, session
from sandbox.providers.aws.references import refuse_dangling
from sandbox.providers.aws.table import TABLE
from sandbox.providers.protocol import Change, PartialError, Props, Provider, ProviderError, Ref, has_unknown

_SETTINGS = {"region", "allowedAccountIds", "assumeRoles", "defaultTags", "profile", "version"}
GENERATED = "__defaults"  # where the vendor's provider, too, notes which inputs it filled in
_HARMLESS = {"skipCredentialsValidation", "skipMetadataApiCheck", "skipRegionValidation", "skipRequestingAccountId"}


class Aws(Provider):
    """One provider resource of a program: an account, a region and default tags."""

    def __init__(self, session: boto3.Session | None = None, remembers: bool = False) -> None:
        """Given a session, moto mocks it in this process; `remembers` where nothing is deleted: see Cloud.known."""
        super().__init__(version=importlib.metadata.version("pulumi-aws"))
        self._session, self._in_process, self._remembers = session, session is not None, remembers
        self._clouds: dict[str, Cloud] = {}
        self._lock = threading.Lock()
        self._region, self._default_tags = "", {}

    def configure(self, variables: Props) -> None:
        settings = {key: _decoded(value) for key, value in variables.items()}
        if unknown := sorted(settings.keys() - _SETTINGS - _HARMLESS):
            raise ProviderError(f"the laptop cloud does not implement the AWS provider setting {', '.join(unknown)}")
        self._region = settings.get("region") or os.environ.get("AWS_REGION", "")
        self._default_tags = (settings.get("defaultTags") or {}).get("tags") or {}
        if not self._in_process:
            refuse_elsewhere(os.environ.get("AWS_ENDPOINT_URL", "(none set)"))
            self._session = session(profile=settings.get("profile") or os.environ.get("AWS_PROFILE"))
        for each in settings.get("assumeRoles") or []:
            self._assume(each)
        allowed = settings.get("allowedAccountIds")
        if allowed and (account := self._cloud({}).account) not in allowed:
            raise ProviderError(
                f"the credentials are those of account {account}, but the stack belongs to {', '.join(allowed)}; "
                "use the profile of that account"
            )

    def _assume(self, role: Props) -> None:
        """Be the role from here on; who may take it is not checked here."""
        sts = self._cloud({})("sts")
        named = {"RoleArn": role["roleArn"], "RoleSessionName": role.get("sessionName") or "pulumi"}
        keys = sts.assume_role(**named)["Credentials"]
        self._session = session(keys["AccessKeyId"], keys["SecretAccessKey"], keys["SessionToken"])
        self._clouds.clear()

    def check(self, ref: Ref, news: Props, olds: Props) -> Props:
        kind = _kind(ref)
        inputs = {key: value for key, value in news.items() if value is not None and not key.startswith("__")}
        if unknown := sorted(inputs.keys() - kind.inputs):
            raise ProviderError(f"{ref.token} ({ref.name}): the laptop cloud does not implement {', '.join(unknown)}")
        if kind.name and kind.name not in inputs:
            inputs[kind.name] = olds.get(kind.name) or _physical_name(ref, inputs.get(kind.prefix))
            inputs[GENERATED] = [kind.name]
        if kind.tag:
            inputs["tagsAll"] = {**self._default_tags, **(inputs.get("tags") or {})}
        if not kind.everywhere:
            inputs.setdefault("region", self._region)
        return inputs

    def diff(self, ref: Ref, olds: Props, news: Props, state: Props) -> Change:
        kind = _kind(ref)
        olds, news = {**kind.defaults, **_undecided(kind, olds, news)}, {**kind.defaults, **news}
        keys = (olds.keys() | news.keys()) - {GENERATED}
        changed = {key for key in keys if not same(olds.get(key), news.get(key), key in kind.sets)}
        switched = {key for key in changed & kind.either if not (olds.get(key) and news.get(key))}
        inner = {path.split(".")[0] for path in kind.inside if not same(_at(olds, path), _at(news, path))}
        replace = frozenset(changed & kind.replacing | switched | inner)
        # Two objects cannot share a name that the program chose; a generated one is drawn anew.
        named = bool(kind.name) and GENERATED not in news and olds.get(kind.name) == news.get(kind.name)
        return Change(frozenset(changed) - replace, replace, bool(replace) and (kind.delete_first or named))

    def create(self, ref: Ref, inputs: Props, preview: bool) -> tuple[str, Props]:
        if preview:
            return "", inputs
        kind, cloud = _kind(ref), self._cloud(inputs)
        with told(ref, "create"):
            refuse_dangling(cloud, inputs, TABLE)
            id_ = kind.create(cloud, inputs)
        journal.created(ref.urn, id_)
        try:
            with told(ref, "finish"):
                if kind.finish is not None:
                    kind.finish(cloud, id_, inputs)
                outputs = {**inputs, **(kind.read(cloud, id_, inputs) or {})}
            cloud.know(id_, outputs.get("arn"))
            return id_, outputs
        except ProviderError as error:
            raise PartialError(id_, inputs, inputs, [str(error)]) from None

    def read(self, ref: Ref, inputs: Props, state: Props) -> tuple[Props, Props] | None:
        kind = _kind(ref)
        known = inputs or {key: value for key, value in state.items() if key in kind.inputs}
        try:
            with told(ref, "read"):
                live = kind.read(self._cloud(known), ref.id, known)
        except GoneError:
            return None
        if live is None:
            return None
        if not kind.everywhere:
            live["region"] = self._cloud(known).region
        imported = not inputs
        meant = {key for key, default in kind.defaults.items() if key in live and not same(default, live[key])}
        kept = {key for key in kind.inputs if key in (live if imported else inputs)} | meant
        said = {key: inputs.get(key) for key in kind.write_only | {"region"}} | live
        seen = {key: said.get(key) if imported else _shaped(inputs.get(key), said.get(key)) for key in kept}
        # What was asked stays, where what was found means the same: no drift from white space in a document.
        seen |= {key: inputs[key] for key in kept & inputs.keys() if same(inputs[key], seen[key], key in kind.sets)}
        if kind.tag:
            every = live.get("tagsAll") or {}
            own = {key: value for key, value in every.items() if self._default_tags.get(key) != value}
            seen["tagsAll"] = every
            seen["tags"] = {**{key: every[key] for key in inputs.get("tags") or {} if key in every}, **own}
        return seen, {**known, **live, **{key: seen[key] for key in seen.keys() & {"tags", "tagsAll"}}}

    def update(self, ref: Ref, olds: Props, news: Props, state: Props, preview: bool) -> Props:
        if preview:
            return {**state, **news}
        kind, cloud = _kind(ref), self._cloud(news)
        changed = self.diff(ref, olds, news, state).update
        with told(ref, "update"):
            refuse_dangling(cloud, {key: news[key] for key in changed if key in news}, TABLE)
            calls = {call for key in changed if (call := kind.update.get(key)) is not None}
            # An input that the program no longer sets must not come back from the state.
            now = {key: value for key, value in state.items() if key not in kind.inputs} | news
            for call in sorted(calls, key=lambda call: [*kind.update.values()].index(call)):
                call(cloud, ref.id, now)
            if kind.tag and changed & {"tags", "tagsAll"}:
                old, new = olds.get("tagsAll") or {}, news["tagsAll"]
                kind.tag(cloud, ref.id, now, new, sorted(old.keys() - new.keys()))
            live = kind.read(cloud, ref.id, news)
        return {**news, **(live or {})}

    def delete(self, ref: Ref, inputs: Props, state: Props) -> None:
        kind = _kind(ref)
        try:
            with told(ref, "delete"):
                kind.delete(self._cloud(inputs), ref.id, {**inputs, **state})
        except GoneError as error:
            # Somebody else removed it: the same outcome, unless it was another object that was not found.
            if self.read(ref, inputs, state) is not None:
                raise ProviderError(refused(f"delete {ref.token} ({ref.name})", error.__cause__)) from None
        journal.deleted(ref.urn, ref.id)

    def invoke(self, token: str, args: Props) -> Props:
        if token not in INVOKES:
            return super().invoke(token, args)
        return INVOKES[token](self._cloud(args), args)

    def _cloud(self, props: Props) -> Cloud:
        region = props.get("region") or self._region
        if self._session is None or not region or has_unknown(region):
            raise ProviderError("the AWS provider has no region; set `region` in the stack file")
        with self._lock:
            if region not in self._clouds:
                self._clouds[region] = Cloud(self._session, region, loopback=not self._in_process)
                self._clouds[region].known = set() if self._remembers else None
            return self._clouds[region]


def _kind(ref: Ref) -> Kind:
    if ref.token not in TABLE:
        raise ProviderError(
            f"{ref.token} ({ref.name}) is not part of the laptop cloud; add a row to sandbox/providers/aws or leave "
            "the resource out of the stack"
        )
    return TABLE[ref.token]


def _physical_name(ref: Ref, prefix: str | None) -> str:
    """The logical name, or the prefix that was asked for, and seven hex digits drawn by the engine."""
    drawn = hashlib.sha256(ref.urn.encode() + ref.seed).hexdigest()[:7]
    return f"{prefix}{drawn}" if prefix else f"{ref.name}-{drawn}"


def _undecided(kind: Kind, olds: Props, news: Props) -> Props:
    """The old inputs without what the cloud decided and the program leaves to it."""
    kept = dict(olds)
    for path in kind.computed:
        block, _, key = path.partition(".")
        if not key and news.get(block) is None:
            kept.pop(block, None)
        elif key and isinstance(kept.get(block), dict) and one(news, block).get(key) is None:
            kept[block] = {name: value for name, value in kept[block].items() if name != key}
    return kept


def _at(props: Props, path: str) -> Any:
    """The value at `block.key`; None when there is no such block."""
    block, key = path.split(".")
    return one(props, block).get(key)


def _shaped(asked: Any, found: Any) -> Any:
    """The part of what was found that the program speaks of: a block also tells what it never set."""
    if isinstance(asked, dict) and isinstance(found, dict):
        return {key: _shaped(value, found.get(key)) for key, value in asked.items()}
    if isinstance(asked, list) and isinstance(found, list) and len(asked) == len(found):
        return [_shaped(a, b) for a, b in zip(asked, found, strict=True)]
    return found


def _decoded(value: Any) -> Any:
    """Provider settings that are not strings arrive as JSON text."""
    if isinstance(value, str) and value[:1] in ("{", "["):
        return json.loads(value)
    return value
