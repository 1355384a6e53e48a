"""Who leaves the network where pods may not, and what a stack file must have for it."""

import pytest
import yaml

from tests import records
from tests.infra.config.orders import DEV, refusals, stack

BURSTABLE = (
    "cluster.node_groups: have no group without a taint whose nodes can give pods a security group of their own, by "
    "which some leave the network (argocd); choose another family than t"
)


@pytest.mark.req("NET-12", "S-04")
def test_the_failover_leaves_by_https_in_both_regions_of_a_pair_and_argo_cd_everywhere():
    for name in ("prod", "dr"):
        assert records.order(name).ways_out == {"argocd": [443], "failover": [443]}
    assert stack(DEV).ways_out == {"argocd": [443]}


@pytest.mark.req("NET-12")
def test_nobody_needs_a_way_out_where_all_pods_have_one_or_the_network_has_none():
    assert stack(DEV, **{"network.pod_egress": "open"}).ways_out == {}
    assert stack(DEV, **{"network.nat": "none"}).ways_out == {}


@pytest.mark.req("NET-12")
@pytest.mark.parametrize(
    ("repository", "ports"),
    [
        ("https://git.example.com/platform/gitops.git", [443]),
        ("https://git.example.com:8443/platform/gitops.git", [443, 8443]),
        ("ssh://git@git.example.com/platform/gitops.git", [22, 443]),
        ("ssh://git@git.example.com:7999/platform/gitops.git", [443, 7999]),
    ],
)
def test_argo_cd_leaves_by_the_port_of_its_repository(repository: str, ports: list[int]):
    assert stack(DEV, **{"gitops.repository": repository}).ways_out == {"argocd": ports}


@pytest.mark.req("S-04")
def test_a_failover_needs_a_network_with_a_way_out():
    text = (records.PROJECT / "Pulumi.prod.yaml").read_text()
    assert refusals(yaml.safe_load(text)["config"]["platform:stack"], {"network.nat": "none"}) == [
        "network.nat = none: leaves the failover no way to the other region, nor to people; use nat: per_zone"
    ]


@pytest.mark.req("NET-12")
def test_a_node_group_can_tell_pods_apart_that_need_a_way_out():
    group = "cluster.node_groups.general"
    assert refusals(DEV, {f"{group}.instance_types": ["m5.xlarge", "t3.large"]}) == [BURSTABLE]
    apart = {**DEV["cluster"]["node_groups"]["general"], "taints": [{"key": "dedicated", "value": "general"}]}
    small = {f"{group}.instance_types": ["t3.large"], "cluster.node_groups.apart": apart}
    assert refusals(DEV, small) == [BURSTABLE]
    assert refusals(DEV, small | {"cluster.node_groups.apart.taints": []}) == []
    assert refusals(DEV, {f"{group}.instance_types": ["t3.large"], "network.pod_egress": "open"}) == []
    assert refusals(DEV, {f"{group}.instance_types": ["trn1.2xlarge"]}) == []
