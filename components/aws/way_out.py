"""A way out of the network for some pods only, where the others have none (NET-12)."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import pulumi

from components.aws.firewall import EVERYWHERE, HTTPS, Firewall, Rule, let_in

# A pod with groups of its own has an interface of its own on the node's trunk. `standard` keeps the node's local ways
# to it, by which kubelet probes and Pod Identity hands out roles; but then only addresses that the node does not hide
# leave through that interface: without EXTERNALSNAT it is the node's groups that decide.
POD_INTERFACES: Mapping[str, str] = {
    "ENABLE_POD_ENI": "true",
    "POD_SECURITY_GROUP_ENFORCING_MODE": "standard",
    "AWS_VPC_K8S_CNI_EXTERNALSNAT": "true",
}


@dataclass(frozen=True, kw_only=True)
class WayOutArgs:
    """`who` leaves, by TCP to `ports` of any host; `cluster_group_id` is the control plane's."""

    cluster: str
    who: str
    ports: Sequence[int]
    vpc_id: pulumi.Input[str]
    cluster_group_id: pulumi.Input[str]
    after: Sequence[pulumi.Resource] = ()
    """The cluster: it takes the pods' interfaces away after them, and a group that is worn cannot go."""


class WayOut(pulumi.ComponentResource):
    """The group `{cluster}-{who}-out`, which pods wear beside the one of all pods; nobody is let in by it."""

    security_group_id: pulumi.Output[str]

    def __init__(self, name: str, args: WayOutArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__("platform:aws:WayOut", name, None, opts)
        physical = f"{args.cluster}-{args.who}-out"
        group = Firewall(name, physical, f"The way out for {args.who}", args.vpc_id, self, after=args.after)
        for port in args.ports:
            out = Rule(description=f"{args.who} to any host", ports=port, cidr=EVERYWHERE)
            group.egress(str(port), out)
        # These pods do not wear the nodes' group, by which the others reach the API.
        api = Rule(description=f"{args.who} to the API", ports=HTTPS, group=group.id)
        let_in(f"{name}-api", args.cluster_group_id, api, pulumi.ResourceOptions(parent=self))
        self.security_group_id = group.id
        self.register_outputs({"security_group_id": self.security_group_id})
