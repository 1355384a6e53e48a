"""In a network that pods do not leave, two workloads do, by groups that their pods wear from the start (NET-12)."""

import json
from ipaddress import IPv4Network

import jsonschema
import pytest
import yaml

from components.aws.firewall import EVERYWHERE
from components.platform.argocd import CALL_OUTSIDE
from sandbox.cluster import preinstalled
from tests import records
from tests.components.platform import upstream
from tests.infra.test_stacks import stands_on
from tests.recorder import Engine

GROUP, POLICY = "aws:ec2/securityGroup:SecurityGroup", "kubernetes:vpcresources.k8s.aws/v1beta1:SecurityGroupPolicy"
INGRESS = "aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule"
EGRESS = "aws:vpc/securityGroupEgressRule:SecurityGroupEgressRule"
PAIR = ("prod", "dr")


def policies(engine: Engine) -> dict[str, dict]:
    return {each.inputs["metadata"]["namespace"]: each.inputs["spec"] for each in engine.of(POLICY)}


def worn(engine: Engine, who: str) -> dict[str, list[str]]:
    return {"groupIds": [engine.one(GROUP, name).id for name in ("pods", f"way-out-{who}")]}


@pytest.mark.req("S-04", "NET-12")
@pytest.mark.parametrize("stack", PAIR)
def test_the_failovers_pods_wear_the_group_of_all_pods_and_one_that_leads_out(stack: str):
    engine = records.of_stack(stack)
    said = policies(engine)["failover"]
    assert said["securityGroups"] == worn(engine, "failover")
    chart = records.PROJECT / "gitops" / "charts" / "failover" / "templates"
    labels = (chart / "_helpers.tpl").read_text().split('define "failover.labels"')[1].split("end }}")[0]
    [(key, value)] = said["podSelector"]["matchLabels"].items()
    assert f"\n{key}: {value}\n" in labels
    assert (
        'template:\n    metadata:\n      labels: {{- include "failover.labels"'
        in (chart / "deployment.yaml").read_text()
    )


@pytest.mark.req("NET-12")
@pytest.mark.parametrize("stack", [*PAIR, "eu"])
def test_argo_cds_pods_that_call_outside_wear_theirs_before_there_is_any(stack: str):
    engine = records.of_stack(stack)
    said = policies(engine)["argocd"]
    assert said["securityGroups"] == worn(engine, "argocd")
    [named] = said["podSelector"]["matchExpressions"]
    assert named == {"key": "app.kubernetes.io/name", "operator": "In", "values": list(CALL_OUTSIDE)}
    [chart] = [each for each in engine.of("kubernetes:helm.sh/v3:Release") if each.inputs["chart"] == "argo-cd"]
    policy = next(each for each in engine.of(POLICY) if each.inputs["metadata"]["namespace"] == "argocd")
    assert policy.urn in chart.depends_on


def test_argo_cds_chart_names_its_pods_as_the_policy_does():
    values = yaml.safe_load((upstream.directory() / "values" / "argo-cd" / "values.yaml").read_text())
    parts = ("notifications", "repoServer", "server")
    assert tuple(f"{values['nameOverride']}-{values[part]['name']}" for part in parts) == CALL_OUTSIDE


@pytest.mark.req("S-04", "NET-12")
@pytest.mark.parametrize("stack", PAIR)
def test_argo_cd_runs_the_failovers_pods_only_when_their_policy_is_there(stack: str):
    engine = records.of_stack(stack)
    policy = next(each for each in engine.of(POLICY) if each.inputs["metadata"]["namespace"] == "failover")
    for root in engine.of("kubernetes:argoproj.io/v1alpha1:Application"):
        assert policy.urn in stands_on(engine, root)


@pytest.mark.req("NET-12", "C-07")
@pytest.mark.parametrize("stack", PAIR)
def test_no_other_group_leads_out_of_the_network(stack: str):
    wide = {each.name for each in records.of_stack(stack).of(EGRESS) if each.inputs.get("cidrIpv4") == "0.0.0.0/0"}
    assert wide == {"way-out-argocd-443", "way-out-failover-443"}


@pytest.mark.req("NET-10", "NET-12")
@pytest.mark.parametrize(("here", "there"), [PAIR, PAIR[::-1]])
def test_nothing_passes_across_the_peering_until_a_rule_names_the_other_network(here: str, there: str):
    engine, other = records.of_stack(here), records.order(there).network.cidr
    rules = [*engine.of(EGRESS), *engine.of(INGRESS)]
    named = {IPv4Network(each.inputs["cidrIpv4"]) for each in rules if "cidrIpv4" in each.inputs} - {EVERYWHERE}
    assert named
    assert not [cidr for cidr in named if cidr.overlaps(other)]


@pytest.mark.req("NET-12")
@pytest.mark.parametrize("stack", ["prod", "dr", "eu", "dev"])
def test_the_cluster_gives_pods_interfaces_of_their_own_where_they_need_them(stack: str):
    engine = records.of_stack(stack)
    needed = stack != "dev"
    [cni] = [each for each in engine.of("aws:eks/addon:Addon") if each.inputs["addonName"] == "vpc-cni"]
    told = json.loads(cni.inputs["configurationValues"])
    assert told.get("env", {}).get("ENABLE_POD_ENI") == ("true" if needed else None)
    assert told["enableNetworkPolicy"] == "true"
    attached = {each.inputs["policyArn"] for each in engine.of("aws:iam/rolePolicyAttachment:RolePolicyAttachment")}
    assert ("arn:aws:iam::aws:policy/AmazonEKSVPCResourceController" in attached) == needed
    if not needed:
        assert engine.none_of(POLICY)
        assert engine.none_of("platform:aws:WayOut")


def test_the_laptops_eks_takes_the_policies_as_the_real_one_does():
    [definition] = preinstalled.objects()
    [version] = definition["spec"]["versions"]
    rules = version["schema"]["openAPIV3Schema"]
    for stack in PAIR:
        for each in records.of_stack(stack).of(POLICY):
            assert each.inputs["apiVersion"] == f"{definition['spec']['group']}/{version['name']}"
            assert each.inputs["spec"].keys() <= rules["properties"]["spec"]["properties"].keys()
            jsonschema.Draft202012Validator(rules).validate(each.inputs)
