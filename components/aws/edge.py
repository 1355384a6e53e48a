"""The load balancer before the mesh: TLS ends here and begins anew towards the gateway (WAF-02, WAF-03, C-29)."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from ipaddress import IPv4Network
from typing import Literal
from zlib import crc32

import pulumi
from pulumi_aws import lb

from components.aws.bucket import Bucket
from components.aws.firewall import EVERYWHERE, HTTPS, Firewall, Rule, let_in
from components.aws.partitions import service_principal
from components.aws.place import Place
from components.aws.policies import Statement, allow_principal
from components.aws.web_firewall import delivery_statements

Kind = Literal["application", "network"]
HTTP, READINESS = 80, 15021  # the gateway's own port says whether it is ready
TLS_1_3, TLS_1_3_FIPS = "ELBSecurityPolicy-TLS13-1-3-2021-06", "ELBSecurityPolicy-TLS13-1-3-FIPS-2023-04"
HSTS = "max-age=31536000; includeSubDomains"
_PRIORITIES = 50000


@dataclass(frozen=True, kw_only=True)
class EdgeArgs:
    """`edge` is its Name. `hosts`: host -> the names that lead to it, and nothing else is forwarded by an application
    load balancer; `certificate_arns` by host. `nodes_group_id` is opened for it, on the gateway's ports.
    """

    edge: str
    place: Place
    kind: Kind = "application"
    internal: bool = False
    vpc_id: pulumi.Input[str]
    subnet_ids: Mapping[str, pulumi.Input[str]]
    nodes_group_id: pulumi.Input[str]
    hosts: Mapping[str, Sequence[str]]
    certificate_arns: Mapping[str, pulumi.Input[str]]
    allowed_cidrs: Sequence[IPv4Network] = (EVERYWHERE,)
    logs: Bucket
    deletion_protection: bool = True
    after: Sequence[pulumi.Resource] = field(default_factory=tuple)


class Edge(pulumi.ComponentResource):
    """TLS 1.3 or nothing; plain HTTP is sent to HTTPS, and browsers are told to remember that."""

    arn: pulumi.Output[str]
    dns_name: pulumi.Output[str]
    zone_id: pulumi.Output[str]
    target_group_arn: pulumi.Output[str]

    def __init__(self, name: str, args: EdgeArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__("platform:aws:Edge", name, None, opts)
        self._name, self._args = name, args
        self._child = pulumi.ResourceOptions(parent=self)
        balancer = self._balancer(self._open())
        target = self._target()
        self.arn, self.dns_name, self.zone_id = balancer.arn, balancer.dns_name, balancer.zone_id
        self.target_group_arn = target.arn
        secure = self._listen(balancer, target)
        if args.kind == "application":
            self._redirect(balancer)
            self._forward(secure, target)
        self.register_outputs({"arn": self.arn, "dns_name": self.dns_name})

    def _open(self) -> Firewall:
        """In from the allowed networks, out to the gateway and nowhere else."""
        args = self._args
        group = Firewall(self._name, args.edge, "The load balancer before the mesh", args.vpc_id, self)
        for cidr in args.allowed_cidrs:
            where = "" if cidr == EVERYWHERE else f"-{cidr}"
            group.ingress(f"https{where}", Rule(description="TLS from outside", ports=HTTPS, cidr=cidr))
            if args.kind == "application":
                group.ingress(f"http{where}", Rule(description="Sent on to TLS", ports=HTTP, cidr=cidr))
        for what, port in {"gateway": HTTPS, "readiness": READINESS}.items():
            group.egress(what, Rule(description=f"The mesh's {what}", ports=port, group=args.nodes_group_id))
            rule = Rule(description=f"{args.edge} to the mesh's {what}", ports=port, group=group.id)
            let_in(f"{self._name}-nodes-{what}", args.nodes_group_id, rule, self._child)
        return group

    def _balancer(self, group: Firewall) -> lb.LoadBalancer:
        args = self._args
        web = args.kind == "application"
        return lb.LoadBalancer(
            self._name,
            load_balancer_type=args.kind,
            internal=args.internal,
            subnets=list(args.subnet_ids.values()),
            security_groups=[group.id],
            enable_deletion_protection=args.deletion_protection,
            drop_invalid_header_fields=True if web else None,
            desync_mitigation_mode="strictest" if web else None,
            access_logs=lb.LoadBalancerAccessLogsArgs(bucket=args.logs.name, prefix=args.edge, enabled=True),
            tags={"Name": args.edge},
            opts=pulumi.ResourceOptions(parent=self, depends_on=[*args.logs.ready, *args.after]),
        )

    def _target(self) -> lb.TargetGroup:
        """The gateway's pods, which the cluster's controller registers; the hop to them is encrypted too."""
        return lb.TargetGroup(
            self._name,
            target_type="ip",
            port=HTTPS,
            protocol="HTTPS" if self._args.kind == "application" else "TLS",
            vpc_id=self._args.vpc_id,
            deregistration_delay=30,
            health_check=lb.TargetGroupHealthCheckArgs(
                path="/healthz/ready",
                port=str(READINESS),
                protocol="HTTP",
                matcher="200",
                interval=10,
                timeout=5,
                healthy_threshold=2,
                unhealthy_threshold=3,
            ),
            tags={"Name": self._args.edge},
            opts=self._child,
        )

    def _listen(self, balancer: lb.LoadBalancer, target: lb.TargetGroup) -> lb.Listener:
        """Whoever asks for no known name is told nothing; a network load balancer cannot tell names apart."""
        args = self._args
        web = args.kind == "application"
        certificates = dict(sorted(args.certificate_arns.items()))
        first = next(iter(certificates))
        nothing = lb.ListenerDefaultActionFixedResponseArgs(content_type="text/plain", status_code="404")
        refuse = lb.ListenerDefaultActionArgs(type="fixed-response", fixed_response=nothing)
        forward = lb.ListenerDefaultActionArgs(type="forward", target_group_arn=target.arn)
        listener = lb.Listener(
            f"{self._name}-https",
            load_balancer_arn=balancer.arn,
            port=HTTPS,
            protocol="HTTPS" if web else "TLS",
            ssl_policy=TLS_1_3_FIPS if args.place.partition.fips else TLS_1_3,
            certificate_arn=certificates[first],
            default_actions=[refuse if web else forward],
            routing_http_response_strict_transport_security_header_value=HSTS if web else None,
            routing_http_response_server_enabled=False if web else None,
            tags={"Name": f"{args.edge}-https"},
            opts=self._child,
        )
        for host, arn in certificates.items():
            if host != first:
                lb.ListenerCertificate(
                    f"{self._name}-{host}", listener_arn=listener.arn, certificate_arn=arn, opts=self._child
                )
        return listener

    def _redirect(self, balancer: lb.LoadBalancer) -> None:
        secure = lb.ListenerDefaultActionRedirectArgs(port=str(HTTPS), protocol="HTTPS", status_code="HTTP_301")
        lb.Listener(
            f"{self._name}-http",
            load_balancer_arn=balancer.arn,
            port=HTTP,
            protocol="HTTP",
            default_actions=[lb.ListenerDefaultActionArgs(type="redirect", redirect=secure)],
            tags={"Name": f"{self._args.edge}-http"},
            opts=self._child,
        )

    def _forward(self, listener: lb.Listener, target: lb.TargetGroup) -> None:
        for host, names in self._args.hosts.items():
            asked = lb.ListenerRuleConditionHostHeaderArgs(values=list(names))
            lb.ListenerRule(
                f"{self._name}-{host}",
                listener_arn=listener.arn,
                priority=priority(host),
                conditions=[lb.ListenerRuleConditionArgs(host_header=asked)],
                actions=[lb.ListenerRuleActionArgs(type="forward", target_group_arn=target.arn)],
                tags={"Name": host},
                opts=self._child,
            )


def priority(host: str) -> int:
    """A rule's number follows from its host, not from its position, so that another host moves none."""
    return crc32(host.encode()) % _PRIORITIES + 1


def log_statements(place: Place, bucket: str, kind: Kind) -> tuple[Statement, ...]:
    """Who delivers access logs depends on the kind of load balancer; each below the account's own folders."""
    if kind == "network":
        return delivery_statements(place, bucket)
    own = {"ArnLike": {"aws:SourceArn": place.arn("elasticloadbalancing", "loadbalancer/*")}}
    service = {"Service": service_principal("logdelivery.elasticloadbalancing")}
    write = allow_principal("Load balancers write", service, ["s3:PutObject"], own)
    return ({**write, "Resource": f"{place.arn('s3', bucket)}/*/AWSLogs/{place.account}/*"},)
