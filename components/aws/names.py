"""The names of one host: one for each region, and one that moves (DNS-01, DNS-02, C-31, C-32)."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import pulumi
from pulumi_aws import route53

from components.aws.alarm import Alarm, watch
from components.aws.certificate import Zoned
from components.aws.firewall import HTTPS
from components.aws.place import Place

EVERYBODY = "default"  # requests from places that no other record answers


@dataclass(frozen=True, kw_only=True)
class Balancer:
    """What a region's name leads to."""

    dns_name: pulumi.Input[str]
    zone_id: pulumi.Input[str]


@dataclass(frozen=True, kw_only=True)
class Switch:
    """The region that takes over while the alarm on the controller's switch is raised there, and by what name."""

    region: str
    alarm: str


@dataclass(frozen=True, kw_only=True)
class Probe:
    """Checks of each region from outside; three regions of checkers must agree, which Route 53 does by itself."""

    path: str
    interval_seconds: int = 10
    failure_threshold: int = 3


@dataclass(frozen=True, kw_only=True)
class NamesArgs:
    """`balancers` by region, `place`'s own among them; `switch` moves the host between them.

    `location` is whose requests this host answers: of a continent, of everybody else, or of all where it is None.
    """

    host: str
    place: Place
    zone: Zoned
    balancers: Mapping[str, Balancer]
    ttl_seconds: int
    location: str | None = None
    switch: Switch | None = None
    probe: Probe | None = None
    alarm_topics: Sequence[pulumi.Input[str]] = ()
    """Who hears that a probe fails; of the region where Route 53's metrics are."""


class Names(pulumi.ComponentResource):
    """The host follows a switch and never a probe: it moves when the database has moved, and only then."""

    def __init__(self, name: str, args: NamesArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__("platform:aws:Names", name, None, opts)
        self._name, self._args = name, args
        self._child = pulumi.ResourceOptions(parent=self)
        self._there = pulumi.ResourceOptions(parent=self, provider=args.zone.provider)
        for region, balancer in args.balancers.items():
            self._regional(region, balancer)
            if args.probe:
                self._watch(region, args.probe)
        leads_to = self._regional_name(args.place.region)
        if args.switch:
            leads_to = self._moving(args.switch)
        if leads_to != args.host:
            self._located(leads_to)
        self.register_outputs({})

    def _regional_name(self, region: str) -> str:
        return f"{region}.{self._args.host}"

    def _regional(self, region: str, balancer: Balancer) -> None:
        """A region's own name never moves, whatever the health of what it leads to."""
        route53.Record(
            f"{self._name}-{region}",
            zone_id=self._args.zone.zone_id,
            name=self._regional_name(region),
            type="A",
            aliases=[
                route53.RecordAliasArgs(name=balancer.dns_name, zone_id=balancer.zone_id, evaluate_target_health=False)
            ],
            opts=self._there,
        )

    def _moving(self, switch: Switch) -> str:
        """A pair of records; where the host is shared by place, they have a name of their own, to which it leads.

        The standby's record comes once its region has a load balancer.
        """
        args = self._args
        name = f"{EVERYBODY}.{args.host}" if args.location else args.host
        ready = switch.region in args.balancers
        check = self._follow(switch) if ready else None
        self._of_pair("primary", name, args.place.region, check)
        if ready:
            self._of_pair("secondary", name, switch.region, None)
        return name

    def _follow(self, switch: Switch) -> route53.HealthCheck:
        """The alarm lies in the standby's region; when that is lost, the last that was known holds (C-32)."""
        return route53.HealthCheck(
            f"{self._name}-switch",
            type="CLOUDWATCH_METRIC",
            cloudwatch_alarm_name=switch.alarm,
            cloudwatch_alarm_region=switch.region,
            insufficient_data_health_status="LastKnownStatus",
            tags={"Name": f"{self._args.host}-switch"},
            opts=self._child,
        )

    def _of_pair(self, role: str, name: str, region: str, check: route53.HealthCheck | None) -> None:
        route53.Record(
            f"{self._name}-{role}",
            zone_id=self._args.zone.zone_id,
            name=name,
            type="CNAME",
            ttl=self._args.ttl_seconds,
            records=[self._regional_name(region)],
            set_identifier=role,
            failover_routing_policies=[route53.RecordFailoverRoutingPolicyArgs(type=role.upper())],
            health_check_id=check.id if check else None,
            opts=self._there,
        )

    def _located(self, leads_to: str) -> None:
        """No health check: a place whose region is down gets no answer from another region (DNS-02, C-31)."""
        args = self._args
        place = {"country": "*"} if args.location == EVERYBODY else {"continent": args.location}
        route53.Record(
            self._name,
            zone_id=args.zone.zone_id,
            name=args.host,
            type="CNAME",
            ttl=args.ttl_seconds,
            records=[leads_to],
            set_identifier=args.location,
            geolocation_routing_policies=[route53.RecordGeolocationRoutingPolicyArgs(**place)]
            if args.location
            else None,
            opts=self._there,
        )

    def _watch(self, region: str, probe: Probe) -> None:
        """What people see of a region from outside. No record hangs on it: it would move before the database has."""
        args = self._args
        host = self._regional_name(region)
        check = route53.HealthCheck(
            f"{self._name}-{region}",
            type="HTTPS",
            fqdn=host,
            port=HTTPS,
            resource_path=probe.path,
            request_interval=probe.interval_seconds,
            failure_threshold=probe.failure_threshold,
            tags={"Name": host},
            opts=self._child,
        )
        alarm = Alarm(
            named=f"{host}-unhealthy",
            found=False,
            description=f"{host} does not answer from outside",
            namespace="AWS/Route53",
            metric_name="HealthCheckStatus",
            dimensions={"HealthCheckId": check.id},
            statistic="Minimum",
            when="<",
            threshold=1,
            period=60,
            region=args.place.partition.home_region,
        )
        watch(f"{self._name}-{region}", alarm, args.alarm_topics, self._child)
