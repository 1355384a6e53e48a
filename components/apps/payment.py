"""The cloud side of the payment service: its namespace, its role, and what its ApplicationSet must know."""

from collections.abc import Sequence
from dataclasses import dataclass
from ipaddress import IPv4Network
from itertools import chain

import pulumi

from components.apps.names import SERVICE
from components.aws.partitions import host
from components.aws.place import Place
from components.aws.policies import Statement, allow, document
from components.aws.service_account import ClusterIdentity, ServiceAccountRole, ServiceAccountRoleArgs
from components.aws.store_access import StoreAccess
from components.platform.delivery import Workload
from components.platform.limits import Limits
from components.platform.namespace import Namespace, NamespaceArgs


@dataclass(frozen=True, kw_only=True)
class PaymentArgs:
    """`overlay` is a folder in gitops/overlays; `mesh` is what must stand before the first sidecar (MESH-06).

    `secrets_key_arn` seals the account's secrets. `stores` are the managed ones, in `store_cidrs`; without any the
    service brings its own. In a `standby` the failover, not Git, says how many replicas there are at least. `limits`
    bind whatever Git puts into the namespace.
    """

    namespace: str
    overlay: str
    identity: ClusterIdentity
    secrets_key_arn: pulumi.Input[str]
    mesh: Sequence[pulumi.Resource]
    limits: Limits
    stores: Sequence[StoreAccess] = ()
    store_cidrs: Sequence[IPv4Network] = ()
    standby: bool = False


class Payment(pulumi.ComponentResource):
    """A namespace of sidecars that nobody else may talk to, and a role that reads the service's own secrets."""

    role_arn: pulumi.Output[str]
    workload: Workload

    def __init__(self, name: str, args: PaymentArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__("platform:apps:Payment", name, None, opts)
        child = pulumi.ResourceOptions(parent=self)
        role = ServiceAccountRole(
            f"{name}-{SERVICE}",
            ServiceAccountRoleArgs(
                identity=args.identity,
                namespace=args.namespace,
                service_account=SERVICE,
                description=f"The payment service in {args.namespace}",
                policy=policy(args),
            ),
            child,
        )
        Namespace(
            f"{name}-namespace",
            NamespaceArgs(
                name=args.namespace,
                mesh=True,
                labels={"compliance": "pci-dss"},
                after=args.mesh,
                limits=args.limits,
            ),
            child,
        )
        self.role_arn = role.arn
        bridge: dict[str, pulumi.Input[str]] = {"namespace": args.namespace, "overlay": args.overlay}
        # Under Pod Identity the role must not be announced to the pod: its SDK would try IRSA first, and fail.
        if args.identity.kind == "irsa":
            bridge["role_arn"] = role.arn
        for store in args.stores:
            bridge |= store.bridge
        if args.stores:
            bridge["store_cidrs"] = ",".join(map(str, args.store_cidrs))
        if args.standby:
            bridge["standby"] = "enabled"
        self.workload = Workload(namespace=args.namespace, bridge=bridge)
        self.register_outputs({"role_arn": self.role_arn})


def policy(args: PaymentArgs) -> pulumi.Output[str]:
    """What the service may do: read its secrets, and connect to its stores as itself."""
    known = pulumi.Output.all(args.secrets_key_arn, *(store.statements for store in args.stores))
    return known.apply(
        lambda given: document(*secrets_statements(args.identity.place, given[0]), *chain.from_iterable(given[1:]))
    )


def secrets_statements(place: Place, key_arn: str) -> list[Statement]:
    """Reads the secrets below payment/, and no other; their key opens nothing but secrets (IAM-02)."""
    actions = ["secretsmanager:DescribeSecret", "secretsmanager:GetSecretValue"]
    through = {"StringEquals": {"kms:ViaService": host("secretsmanager", place.region)}}
    return [allow(actions, place.arn("secretsmanager", "secret:payment/*")), allow(["kms:Decrypt"], key_arn, through)]
