"""Load balancers for Services, as the cloud's controller makes them and takes them away."""

import logging

from sandbox.cluster.api import Api, Object
from sandbox.cluster.cloud import Cloud

FINALIZER = "service.kubernetes.io/load-balancer-cleanup"
ANNOTATION = "service.beta.kubernetes.io/aws-load-balancer"
log = logging.getLogger(__name__)


def balance(api: Api, cloud: Cloud, service: Object) -> None:
    """Give a Service of type LoadBalancer its load balancer, and take it away with the Service."""
    meta = service["metadata"]
    held = FINALIZER in meta.get("finalizers", [])
    wanted = service["spec"].get("type") == "LoadBalancer" and "deletionTimestamp" not in meta
    if wanted and not service["status"].get("loadBalancer", {}).get("ingress"):
        if not held:
            api.patch(service, {"metadata": {"finalizers": [*meta.get("finalizers", []), FINALIZER]}})
        host = _load_balancer(cloud, service)
        api.patch(service, {"status": {"loadBalancer": {"ingress": [{"hostname": host}]}}}, "/status")
        log.info("%s/%s has %s", meta["namespace"], meta["name"], host)
    elif held and not wanted:
        _drop_load_balancer(cloud, service)
        api.patch(service, {"metadata": {"finalizers": [each for each in meta["finalizers"] if each != FINALIZER]}})
        log.info("%s/%s has no load balancer any more", meta["namespace"], meta["name"])


def _name(service: Object) -> str:
    """As the cloud's controller names it: the Service's uid, as long as the API allows."""
    return f"a{service['metadata']['uid'].replace('-', '')}"[:32]


def _load_balancer(cloud: Cloud, service: Object) -> str:
    """Create the balancer, a listener and a target group per port; what a killed predecessor left is taken over."""
    elb, meta = cloud.client("elbv2"), service["metadata"]
    notes = meta.get("annotations", {})
    internal = notes.get(f"{ANNOTATION}-scheme") == "internal" or notes.get(f"{ANNOTATION}-internal") == "true"
    tags = cloud.tags | {"kubernetes.io/service-name": f"{meta['namespace']}/{meta['name']}"}
    listed = [{"Key": key, "Value": value} for key, value in tags.items()]
    _drop_load_balancer(cloud, service)
    made = elb.create_load_balancer(
        Name=_name(service),
        Type="network",
        Scheme="internal" if internal else "internet-facing",
        Subnets=cloud.network["subnetIds"],
        Tags=listed,
    )["LoadBalancers"][0]
    for port in service["spec"]["ports"]:
        group = elb.create_target_group(
            Name=f"k8s-{port['port']}-{_name(service)}"[:32],
            Protocol="TCP",
            Port=port.get("nodePort", port["port"]),
            VpcId=cloud.network["vpcId"],
            TargetType="instance",
            Tags=listed,
        )["TargetGroups"][0]
        action = {"Type": "forward", "TargetGroupArn": group["TargetGroupArn"]}
        arn = made["LoadBalancerArn"]
        elb.create_listener(LoadBalancerArn=arn, Protocol="TCP", Port=port["port"], DefaultActions=[action])
    return made["DNSName"]


def _drop_load_balancer(cloud: Cloud, service: Object) -> None:
    elb = cloud.client("elbv2")
    try:
        found = elb.describe_load_balancers(Names=[_name(service)])["LoadBalancers"]
    except elb.exceptions.LoadBalancerNotFoundException:
        return
    for each in found:
        groups = elb.describe_target_groups(LoadBalancerArn=each["LoadBalancerArn"])["TargetGroups"]
        elb.delete_load_balancer(LoadBalancerArn=each["LoadBalancerArn"])
        for group in groups:
            elb.delete_target_group(TargetGroupArn=group["TargetGroupArn"])
