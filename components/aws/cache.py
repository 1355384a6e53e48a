"""ElastiCache for Redis: TLS, encryption at rest, and IAM users in place of passwords (DATA-01)."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import pulumi
from pulumi_aws import elasticache

from components.aws.firewall import Firewall, Rule
from components.aws.place import Place
from components.aws.store_access import StoreAccess, cache_statements

ENGINE = "redis"
PORT = 6379
# What an application may do: everything with keys, nothing with the server.
APPLICATION = "on ~* &* +@all -@admin -@dangerous"
NOBODY = "off ~* -@all"


@dataclass(frozen=True, kw_only=True)
class CacheArgs:
    """`users` are the IAM-authenticated users; `clients` the security groups that may connect, by what they are.

    `nodes` counts the primary too. Snapshots are kept for days; `protect` refuses to destroy.
    """

    prefix: str
    place: Place
    vpc_id: pulumi.Input[str]
    subnet_ids: Mapping[str, pulumi.Input[str]]
    clients: Mapping[str, pulumi.Input[str]]
    key_arn: pulumi.Input[str]
    version: str
    node_type: str
    nodes: int
    users: Sequence[str]
    snapshot_retention_days: int = 7
    protect: bool = True


class Cache(pulumi.ComponentResource):
    """A primary with replicas in other zones, one of which takes over by itself."""

    arn: pulumi.Output[str]
    endpoint: pulumi.Output[str]
    security_group_id: pulumi.Output[str]

    def __init__(self, name: str, args: CacheArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__("platform:aws:Cache", name, None, opts)
        self._name, self._args = name, args
        self._physical = f"{args.prefix}-cache"
        self._child = pulumi.ResourceOptions(parent=self)
        firewall = Firewall(name, self._physical, "Clients of the cache", args.vpc_id, self)
        for what, group in args.clients.items():
            firewall.ingress(what, Rule(description=f"Redis from {what}", ports=PORT, group=group))
        group = self._create_group(firewall, self._create_users())
        self.arn, self.endpoint = group.arn, group.primary_endpoint_address
        self.security_group_id = firewall.id
        self.register_outputs({"endpoint": self.endpoint})

    def access(self, user: str) -> StoreAccess:
        """As one of the cache's users, with a token of IAM."""
        known = self._users[user]
        return StoreAccess(
            bridge={"cache_host": self.endpoint, "cache_user": known.user_id},
            statements=pulumi.Output.all(self.arn, known.arn).apply(lambda arns: cache_statements(*arns)),
        )

    def _create_users(self) -> elasticache.UserGroup:
        """Redis wants a user `default`, whom this group switches off."""
        closed = self._user("default", NOBODY, elasticache.UserAuthenticationModeArgs(type="no-password-required"))
        self._users = {
            user: self._user(user, APPLICATION, elasticache.UserAuthenticationModeArgs(type="iam"))
            for user in self._args.users
        }
        return elasticache.UserGroup(
            self._name,
            user_group_id=self._physical,
            engine=ENGINE,
            user_ids=[user.user_id for user in (closed, *self._users.values())],
            tags={"Name": self._physical},
            opts=self._child,
        )

    def _user(self, who: str, access: str, how: elasticache.UserAuthenticationModeArgs) -> elasticache.User:
        """IAM wants id and name to be the same; `default` has an id of this cache's own."""
        identifier = f"{self._physical}-{who}"
        return elasticache.User(
            f"{self._name}-{who}",
            user_id=identifier,
            user_name="default" if who == "default" else identifier,
            engine=ENGINE,
            access_string=access,
            authentication_mode=how,
            tags={"Name": identifier},
            opts=self._child,
        )

    def _create_group(self, firewall: Firewall, users: elasticache.UserGroup) -> elasticache.ReplicationGroup:
        args = self._args
        subnets = elasticache.SubnetGroup(
            self._name,
            name=self._physical,
            description="Database subnets",
            subnet_ids=list(args.subnet_ids.values()),
            tags={"Name": self._physical},
            opts=self._child,
        )
        return elasticache.ReplicationGroup(
            self._name,
            replication_group_id=self._physical,
            description=f"Cache of {args.prefix}",
            engine=ENGINE,
            engine_version=args.version,
            node_type=args.node_type,
            num_cache_clusters=args.nodes,
            port=PORT,
            automatic_failover_enabled=args.nodes > 1,
            multi_az_enabled=args.nodes > 1,
            transit_encryption_enabled=True,
            at_rest_encryption_enabled=True,
            kms_key_id=args.key_arn,
            user_group_ids=[users.user_group_id],
            subnet_group_name=subnets.name,
            security_group_ids=[firewall.id],
            snapshot_retention_limit=args.snapshot_retention_days,
            final_snapshot_identifier=f"{self._physical}-final" if args.protect else None,
            auto_minor_version_upgrade=True,
            tags={"Name": self._physical},
            opts=pulumi.ResourceOptions(parent=self, protect=args.protect),
        )
