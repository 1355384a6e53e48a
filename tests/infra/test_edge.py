"""The way in of whole stacks: who writes which names, and what stands before production."""

import json
import re

import pytest

from infra import stacks
from infra.config import RegionStack
from infra.stacks.questions import names as questions_of_names
from tests import local_aws, recorder, records

RECORD, CHECK, ROLE = "aws:route53/record:Record", "aws:route53/healthCheck:HealthCheck", "aws:iam/role:Role"
EDGES = ("prod", "dr", "eu", "staging")


def names(stack: str) -> dict[str, dict]:
    return {each.name: each.inputs for each in records.of_stack(stack).of(RECORD)}


@pytest.mark.req("DNS-01", "C-32")
def test_the_primary_writes_what_crosses_and_the_standby_writes_nothing():
    standby, primary = records.of_stack("dr"), records.order("prod")
    assert standby.none_of(RECORD)
    assert standby.none_of(CHECK)
    assert {each.name for each in standby.of("pulumi:providers:aws")} == {"aws-us-west-2"}
    switch = records.of_stack("prod").one(CHECK, "names-api.example.com-switch").inputs
    assert (switch["cloudwatchAlarmName"], switch["cloudwatchAlarmRegion"]) == (primary.failover_alarm, "us-west-2")
    assert records.order("dr").failover_alarm == primary.failover_alarm
    pair = [names("prod")[f"names-api.example.com-{role}"] for role in ("primary", "secondary")]
    assert [each["records"] for each in pair] == [["us-east-1.api.example.com"], ["us-west-2.api.example.com"]]
    assert {each["ttl"] for each in pair} == {30}


@pytest.mark.req("DNS-02", "DNS-04", "C-31")
def test_the_eu_answers_the_eu_and_production_everybody_else():
    here, there = names("eu")["names-api.example.com"], names("prod")["names-api.example.com"]
    assert here["name"] == there["name"] == "api.example.com"
    assert here["geolocationRoutingPolicies"] == [{"continent": "EU"}]
    assert there["geolocationRoutingPolicies"] == [{"country": "*"}]
    assert here["records"] == ["eu-west-1.api.example.com"]
    assert "healthCheckId" not in here
    assert records.of_stack("eu").none_of(CHECK)


@pytest.mark.req("DNS-04", "WAF-04", "GIT-03")
def test_argo_cd_has_a_name_that_leads_no_further_than_the_network_and_a_login_that_asks_who():
    engine, host = records.of_stack("staging"), "argocd.staging.example.com"
    door = engine.one("aws:lb/loadBalancer:LoadBalancer", "edge-internal")
    assert door.inputs["internal"] is True
    assert set(door.inputs["subnets"]) == {
        each.id for each in engine.of("aws:ec2/subnet:Subnet") if "-private-" in each.name
    }
    (rule,) = [each.inputs for each in engine.of("aws:lb/listenerRule:ListenerRule") if "internal" in each.name]
    assert rule["conditions"] == [{"hostHeader": {"values": [host, f"us-east-1.{host}"]}}]
    alias = names("staging")[f"names-{host}-us-east-1"]["aliases"]
    assert [each["name"] for each in alias] == [door.outputs["dnsName"]]
    charts = {each.inputs["chart"]: each.inputs for each in engine.of("kubernetes:helm.sh/v3:Release")}
    values = charts["argo-cd"]["values"]
    assert values["global"]["domain"] == host
    assert values["server"]["httproute"]["parentRefs"] == [{"name": "public", "namespace": "istio-ingress"}]
    assert "oidc.config" in values["configs"]["cm"]
    (listener,) = engine.one("kubernetes:gateway.networking.k8s.io/v1:Gateway").inputs["spec"]["listeners"]
    assert "argocd" in listener["allowedRoutes"]["namespaces"]["selector"]["matchExpressions"][0]["values"]


@pytest.mark.req("DNS-01")
@pytest.mark.parametrize("stack", ["prod", "eu", "staging"])
def test_names_are_written_by_the_role_that_the_zones_account_gives(stack: str):
    engine, order = records.of_stack(stack), records.order(stack)
    provider = engine.one("pulumi:providers:aws", "zone-example.com")
    (assumed,) = json.loads(provider.inputs["assumeRoles"])
    zone = records.of_stack("global").one(ROLE, f"zone-example.com-records-{order.account}")
    assert assumed["roleArn"] == zone.outputs["arn"]
    assert json.loads(provider.inputs["allowedAccountIds"]) == ["000000000100"]
    assert {each.provider.rpartition("::")[0] for each in engine.of(RECORD)} == {provider.urn}


@pytest.mark.req("WAF-01", "WAF-02")
@pytest.mark.parametrize("stack", EDGES)
def test_a_firewall_stands_before_what_the_internet_reaches(stack: str):
    engine = records.of_stack(stack)
    balancer = engine.one("aws:lb/loadBalancer:LoadBalancer", "edge")
    public = {each.id for each in engine.of("aws:ec2/subnet:Subnet") if "-public-" in each.name}
    assert set(balancer.inputs["subnets"]) == public
    cover = engine.one("aws:wafv2/webAclAssociation:WebAclAssociation").inputs
    assert cover["resourceArn"] == balancer.outputs["arn"]
    assert cover["webAclArn"] == engine.one("aws:wafv2/webAcl:WebAcl").outputs["arn"]
    assert balancer.inputs["enableDeletionProtection"] is records.order(stack).production
    topic = engine.one("aws:sns/topic:Topic", "alerts").outputs["arn"]
    expiring = [each for each in engine.of("aws:cloudwatch/metricAlarm:MetricAlarm") if "expiry" in each.name]
    assert [each.inputs["alarmActions"] for each in expiring] == [[topic]] * len(records.order(stack).ingress.hosts)


def _bare(stack: RegionStack, preview: bool) -> recorder.Engine:
    """A stack on an AWS on which no other one stands."""
    with local_aws.empty():
        return recorder.build(lambda: stacks.deploy(stack), preview=preview)


@pytest.mark.req("DNS-01")
def test_a_zone_that_is_not_there_yet_is_asked_for_by_name():
    with pytest.raises(Exception, match=r"has no zone example\.com; deploy its stack first: `pulumi up"):
        _bare(records.order("staging"), preview=False)


@pytest.mark.req("DNS-01")
@pytest.mark.parametrize(
    ("told", "sentence"),
    [
        (
            "unable to validate AWS credentials. Details: IAM Role (arn:aws:iam::0000000000:role/z) cannot be assumed",
            "account 000000000100 lets nobody of 000000000102 write in its zone example.com; deploy its stack first, "
            "with this account among zones.example.com.writers: `pulumi up --stack global`. It was told: unable to "
            "validate AWS credentials. Details: IAM Role (arn:aws:iam::0000000000:role/z) cannot be assumed",
        ),
        ("Throttling: Rate exceeded", "Throttling: Rate exceeded"),
    ],
)
def test_a_role_of_the_zone_that_cannot_be_taken_is_told_with_the_stack_that_makes_it(
    monkeypatch: pytest.MonkeyPatch, told: str, sentence: str
):
    async def ask(function: str, **arguments: object) -> None:
        raise RuntimeError(told)

    monkeypatch.setattr(questions_of_names, "zone_provider", lambda *_: None)
    monkeypatch.setattr(questions_of_names, "asking", lambda _: ask)
    with pytest.raises(Exception, match=f"^{re.escape(sentence)}$"):
        questions_of_names.zone(records.order("staging")).send(None)


@pytest.mark.req("C-29")
@pytest.mark.parametrize("stack", EDGES)
def test_the_gateways_pods_stand_behind_the_load_balancer_and_ask_for_none_of_their_own(stack: str):
    engine = records.of_stack(stack)
    bound = [each.inputs["spec"] for each in engine.of("kubernetes:elbv2.k8s.aws/v1beta1:TargetGroupBinding")]
    groups = [each.outputs["arn"] for each in engine.of("aws:lb/targetGroup:TargetGroup")]
    assert sorted(each["targetGroupARN"] for each in bound) == sorted(groups)
    releases = {each.inputs["chart"]: each.inputs for each in engine.of("kubernetes:helm.sh/v3:Release")}
    assert releases["gateway"]["values"]["service"] == {"type": "ClusterIP", "annotations": {}}
    assert {each["serviceRef"]["name"] for each in bound} == {releases["gateway"]["name"]}
    may = json.loads(engine.one("aws:iam/rolePolicy:RolePolicy", "balancer-controller").inputs["policy"])["Statement"]
    assert sorted(may[1]["Resource"]) == sorted(groups)


@pytest.mark.req("DNS-05")
def test_cert_manager_takes_one_role_of_the_zones_account_and_only_where_it_can_reach_the_issuer():
    engine = records.of_stack("staging")
    account = records.order("staging").account
    theirs = records.of_stack("global").one(ROLE, f"zone-example.com-challenges-{account}").outputs["arn"]
    (may,) = json.loads(engine.one("aws:iam/rolePolicy:RolePolicy", "cert-manager").inputs["policy"])["Statement"]
    assert (may["Action"], may["Resource"]) == (["sts:AssumeRole"], theirs)
    issuer = engine.one("kubernetes:cert-manager.io/v1:ClusterIssuer").inputs["spec"]["acme"]
    assert issuer["solvers"][0]["dns01"]["route53"]["role"] == theirs
    assert engine.one(ROLE, "cert-manager").outputs["name"].startswith("cert-manager-")
    assert records.of_stack("prod").none_of("kubernetes:cert-manager.io/v1:ClusterIssuer")


@pytest.mark.req("C-29")
def test_what_the_gateway_needs_is_there_before_it_and_goes_after_it():
    engine = records.of_stack("staging")
    gateway = engine.one("kubernetes:gateway.networking.k8s.io/v1:Gateway")
    needed = {each.urn for each in engine.of("kubernetes:apiextensions.k8s.io/v1:CustomResourceDefinition")}
    needed |= {each.urn for each in engine.of("kubernetes:cert-manager.io/v1:Certificate")}
    known, found, open_ = {each.urn: each for each in engine.records}, set(), [gateway]
    while open_:
        for urn in set(open_.pop().depends_on) - found:
            found.add(urn)
            open_ += [known[urn]] if urn in known else []
    kinds = {urn for urn in needed if "gateway.networking" in urn or "gateway-tls" in urn}
    assert kinds
    assert kinds <= found
