"""What a region stands on: keys, the network, and the private ways to AWS."""

from collections.abc import Sequence
from dataclasses import dataclass

import pulumi

from components.aws.account_roles import AccountRoles, AccountRolesArgs
from components.aws.endpoints import Endpoints, EndpointsArgs
from components.aws.key_policies import KeyClass
from components.aws.keys import Keys, KeysArgs
from components.aws.network import Network, NetworkArgs
from components.aws.place import Place
from components.aws.pods import Pods, PodsArgs
from infra.config import RegionStack

KEY_CLASSES: tuple[KeyClass, ...] = ("eks", "ebs", "secrets", "logs")
# What has a replica in the other region: KMS-04 asks for the first, though the cluster there has a key of its own, and
# the administrator's secret is kept there under the second.
CROSSING: tuple[KeyClass, ...] = ("eks", "secrets")


@dataclass(frozen=True, kw_only=True)
class Foundation:
    """What later parts build on."""

    place: Place
    keys: Keys
    network: Network
    endpoints: Endpoints
    pods: Pods


def foundation(stack: RegionStack, aws: pulumi.ResourceOptions) -> Foundation:
    """Declare keys, network, endpoints and the pods' security group."""
    place = stack.place
    roles = AccountRoles("account-roles", AccountRolesArgs(), aws).ready if stack.account_roles else []
    keys = Keys("keys", keys_args(stack, place, roles), aws)
    network = Network(
        "network",
        NetworkArgs(
            cluster=stack.cluster_name,
            place=place,
            cidr=stack.network.cidr,
            subnets=stack.network.subnets,
            nat=stack.network.nat,
            log_key_arn=keys.arns["logs"],
            flow_log_retention_days=stack.network.flow_log_retention_days,
        ),
        aws,
    )
    endpoints = Endpoints(
        "endpoints",
        EndpointsArgs(
            prefix=stack.name,
            place=place,
            vpc_id=network.vpc_id,
            cidr=stack.network.cidr,
            services=stack.network.endpoints,
            subnet_ids=network.subnet_ids["private"],
            route_table_ids=network.private_route_table_ids,
        ),
        aws,
    )
    pods = Pods(
        "pods",
        PodsArgs(
            cluster=stack.cluster_name,
            vpc_id=network.vpc_id,
            cidr=stack.network.cidr,
            egress=stack.network.pod_egress,
            endpoints_security_group_id=endpoints.security_group_id,
            prefix_list_ids=endpoints.prefix_list_ids,
        ),
        aws,
    )
    return Foundation(place=place, keys=keys, network=network, endpoints=endpoints, pods=pods)


def keys_args(stack: RegionStack, place: Place, roles: Sequence[pulumi.Resource]) -> KeysArgs:
    """One key per class; some may have a replica in the other region, if the stack says so (KMS-01, KMS-04)."""
    replica = stack.keys.replica_region
    return KeysArgs(
        prefix=stack.name,
        place=place,
        classes=[*KEY_CLASSES, *store_keys(stack)],
        deletion_window_days=stack.keys.deletion_window_days,
        multi_region=CROSSING if stack.keys.multi_region else (),
        protect=stack.production,
        replica_place=Place(account=stack.account, region=replica) if replica else None,
        copied_by=copiers(stack),
        after=roles,
    )


def copiers(stack: RegionStack) -> list[str]:
    """Accounts that copy this one's backups into a vault of their own."""
    isolated = stack.backup.isolated if stack.backup else None
    return [isolated.account] if isolated and isolated.account else []


def store_keys(stack: RegionStack) -> list[KeyClass]:
    """A key for each managed store, for backups, for evidence, for alerts and for a switch, as ordered (KMS-05)."""
    data = stack.data
    ordered: dict[KeyClass, object] = {
        "rds": data and data.database,
        "cache": data and data.cache,
        "streaming": data and data.streaming,
        "backup": stack.backup,
        "audit": stack.audit,
        "alerts": stack.alerts,
        "failover": stack.pair and stack.pair.waits,
    }
    return [key for key, store in ordered.items() if store]
