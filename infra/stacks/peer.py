"""What a primary region keeps in its peer: copies of backups and of evidence, under keys of their own there."""

from dataclasses import dataclass

import pulumi

from components.aws.alerts import Alerts
from components.aws.key_policies import KeyClass
from components.aws.keys import Keys, KeysArgs
from components.aws.place import Place
from infra.config import RegionStack
from infra.stacks.alerts import alerts
from infra.stacks.provider import aws_provider


@dataclass(frozen=True, kw_only=True)
class Peer:
    """The other region, as far as this stack owns something there."""

    place: Place
    aws: pulumi.ResourceOptions
    keys: Keys
    alerts: Alerts | None


def peer(stack: RegionStack) -> Peer | None:
    """Declare keys and alerts there; a standby owns nothing in the primary, which may be lost."""
    crossing = crossing_keys(stack)
    recovery = stack.recovery
    if recovery is None or recovery.peer is None or not crossing:
        return None
    place = Place(account=stack.account, region=recovery.peer)
    there = pulumi.ResourceOptions(providers={"aws": aws_provider(stack, recovery.peer)})
    args = KeysArgs(
        prefix=stack.name,
        place=place,
        classes=[*crossing, *(["alerts"] if stack.alerts else [])],
        deletion_window_days=stack.keys.deletion_window_days,
        protect=stack.production,
    )
    keys = Keys("keys-recovery", args, there)
    return Peer(place=place, aws=there, keys=keys, alerts=alerts(stack, place, keys, there, "alerts-recovery"))


def crossing_keys(stack: RegionStack) -> list[KeyClass]:
    """The classes of which something is copied to the peer."""
    recovery = stack.recovery
    if recovery is None or recovery.peer is None or recovery.role != "primary":
        return []
    backups = (each for store in recovery.data.values() for each in store.backups.values())
    evidence = recovery.data.get("evidence")
    crossing: dict[KeyClass, object] = {
        "backup": stack.backup and any(each.copy_minutes for each in backups),
        "audit": stack.audit and evidence and evidence.replication == "asynchronous",
    }
    return [key for key, crosses in crossing.items() if crosses]
