"""Private ways to AWS services, so that nodes need no internet (NET-06, NET-07, NET-08)."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from ipaddress import IPv4Network

import pulumi
from pulumi_aws import ec2

from components.aws import partitions
from components.aws.firewall import HTTPS, Firewall, Rule
from components.aws.place import Place
from components.aws.policies import document

GATEWAYS = frozenset({"s3", "dynamodb"})
# Where the prefix of its actions is not the first part of a service's name.
IAM_PREFIXES = {"aps-workspaces": "aps", "guardduty-data": "guardduty", "monitoring": "cloudwatch"}


@dataclass(frozen=True, kw_only=True)
class EndpointsArgs:
    """`services` by their short names (`ecr.api`); some are gateways on the route tables, the rest interfaces."""

    prefix: str
    place: Place
    vpc_id: pulumi.Input[str]
    cidr: IPv4Network
    services: Sequence[str]
    subnet_ids: Mapping[str, pulumi.Input[str]]
    route_table_ids: Mapping[str, pulumi.Input[str]]


class Endpoints(pulumi.ComponentResource):
    """Endpoints that only the VPC can reach, and only with the account's own identities."""

    security_group_id: pulumi.Output[str]
    prefix_list_ids: Mapping[str, pulumi.Output[str]]

    def __init__(self, name: str, args: EndpointsArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__("platform:aws:Endpoints", name, None, opts)
        self._name, self._args = name, args
        self._child = pulumi.ResourceOptions(parent=self)
        self.security_group_id = self._create_security_group().id
        gateways = {s: self._create_gateway(s) for s in sorted(args.services) if s in GATEWAYS}
        for service in sorted(set(args.services) - set(gateways)):
            self._create_interface(service)
        self.prefix_list_ids = {service: gateway.prefix_list_id for service, gateway in gateways.items()}
        self.register_outputs({"security_group_id": self.security_group_id})

    def _create_security_group(self) -> Firewall:
        args = self._args
        physical = f"{args.prefix}-vpc-endpoints"
        group = Firewall(self._name, physical, "Security group for VPC endpoints", args.vpc_id, self)
        group.ingress("https", Rule(description="HTTPS from VPC", ports=HTTPS, cidr=args.cidr))
        return group

    def _create_gateway(self, service: str) -> ec2.VpcEndpoint:
        return ec2.VpcEndpoint(
            f"{self._name}-{service}",
            vpc_id=self._args.vpc_id,
            vpc_endpoint_type="Gateway",
            service_name=self._service_name(service),
            route_table_ids=list(self._args.route_table_ids.values()),
            policy=endpoint_policy(service, self._args.place),
            tags={"Name": f"{self._args.prefix}-{service}"},
            opts=self._child,
        )

    def _create_interface(self, service: str) -> ec2.VpcEndpoint:
        return ec2.VpcEndpoint(
            f"{self._name}-{service}",
            vpc_id=self._args.vpc_id,
            vpc_endpoint_type="Interface",
            service_name=self._service_name(service),
            subnet_ids=list(self._args.subnet_ids.values()),
            security_group_ids=[self.security_group_id],
            private_dns_enabled=True,
            policy=endpoint_policy(service, self._args.place),
            tags={"Name": f"{self._args.prefix}-{service}"},
            opts=self._child,
        )

    def _service_name(self, service: str) -> str:
        return partitions.endpoint_service(service, self._args.place.region)


def endpoint_policy(service: str, place: Place) -> str:
    """The service's actions for principals of this account, and what the service can only do without a principal."""
    prefix = IAM_PREFIXES.get(service, service.split(".")[0])
    own = _anybody("OwnPrincipals", f"{prefix}:*", "*") | {
        "Condition": {"StringEquals": {"aws:PrincipalAccount": place.account}}
    }
    match service:
        case "s3":  # ECR hands out signed addresses of image layers in a bucket of its own
            layers = place.arn("s3", f"prod-{place.region}-starport-layer-bucket/*")
            return document(own, _anybody("ImageLayers", "s3:GetObject", layers))
        case "sts":  # a service account's token is not yet a principal when it asks for its role
            roles = place.arn("iam", "role/*")
            return document(own, _anybody("ServiceAccounts", "sts:AssumeRoleWithWebIdentity", roles))
        case _:
            return document(own)


def _anybody(sid: str, action: str, resource: str) -> dict[str, object]:
    return {"Sid": sid, "Effect": "Allow", "Principal": "*", "Action": action, "Resource": resource}
