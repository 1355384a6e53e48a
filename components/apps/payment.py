"""The cloud side of the payment service: its namespace, its role, and what its ApplicationSet must know."""

from collections.abc import Sequence
from dataclasses import dataclass

import pulumi

from components.aws.partitions import host
from components.aws.place import Place
from components.aws.policies import allow, document
from components.aws.service_account import ClusterIdentity, ServiceAccountRole, ServiceAccountRoleArgs
from components.platform.delivery import Workload
from components.platform.namespace import Namespace, NamespaceArgs

SERVICE = "payment-service"


@dataclass(frozen=True, kw_only=True)
class PaymentArgs:
    """`overlay` is a folder in gitops/overlays; `mesh` is what must stand before the first sidecar (MESH-06).

    `secrets_key_arn` seals the account's secrets.
    """

    namespace: str
    overlay: str
    identity: ClusterIdentity
    secrets_key_arn: pulumi.Input[str]
    mesh: Sequence[pulumi.Resource]


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
                policy=pulumi.Output.from_input(args.secrets_key_arn).apply(
                    lambda arn: secrets_policy(args.identity.place, arn)
                ),
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
            ),
            child,
        )
        self.role_arn = role.arn
        bridge: dict[str, pulumi.Input[str]] = {"namespace": args.namespace, "overlay": args.overlay}
        # Under Pod Identity the role must not be announced to the pod: its SDK would try IRSA first, and fail.
        if args.identity.kind == "irsa":
            bridge["role_arn"] = role.arn
        self.workload = Workload(namespace=args.namespace, bridge=bridge)
        self.register_outputs({"role_arn": self.role_arn})


def secrets_policy(place: Place, key_arn: str) -> str:
    """Reads the secrets below payment/, and no other; their key opens nothing but secrets (IAM-02)."""
    actions = ["secretsmanager:DescribeSecret", "secretsmanager:GetSecretValue"]
    through = {"StringEquals": {"kms:ViaService": host("secretsmanager", place.region)}}
    return document(
        allow(actions, place.arn("secretsmanager", "secret:payment/*")), allow(["kms:Decrypt"], key_arn, through)
    )
