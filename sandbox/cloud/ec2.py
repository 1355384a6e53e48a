"""EC2 beyond moto: what moto forgets when something is described, changed or deleted."""

import inspect
from typing import Any

from moto.core.responses import ActionResult
from moto.ec2.exceptions import DependencyViolationError, EC2ClientError
from moto.ec2.models import EC2Backend
from moto.ec2.models.instances import Instance
from moto.ec2.models.launch_templates import LaunchTemplate, LaunchTemplateVersion
from moto.ec2.models.nat_gateways import NatGateway
from moto.ec2.models.security_groups import SecurityGroupRule
from moto.ec2.models.vpc_peering_connections import VPCPeeringConnection
from moto.ec2.responses import EC2Response
from moto.ssm.models import ssm_backends

_delete_nat_gateway = EC2Backend.delete_nat_gateway
_rule, _modify_rules = SecurityGroupRule.__init__, EC2Backend.modify_security_group_rules
_modify_endpoint = EC2Response.modify_vpc_endpoint
_terminate, _delete_endpoints = EC2Backend.terminate_instances, EC2Backend.delete_vpc_endpoints
_delete_vpc, _delete_subnet = EC2Backend.delete_vpc, EC2Backend.delete_subnet
_delete_peering = EC2Backend.delete_vpc_peering_connection


# AWS lists what was deleted for another hour; here it is gone at once, so that what is left over can be seen.


def _delete_nat(self: EC2Backend, nat_gateway_id: str) -> NatGateway:
    """A NAT gateway that goes gives back its address and its network interface."""
    if nat_gateway_id not in self.nat_gateways:
        raise EC2ClientError("NatGatewayNotFound", f"NAT gateway {nat_gateway_id} was not found")
    gateway = _delete_nat_gateway(self, nat_gateway_id)
    for address in gateway.address_set:
        for eip in self.address_by_allocation([address["allocationId"]]) if address.get("allocationId") else ():
            eip.eni = eip.association_id = None
    self.delete_network_interface(gateway._eni.id)
    self.nat_gateways.pop(nat_gateway_id)
    return gateway


def _delete_peer(self: EC2Backend, vpc_pcx_id: str) -> Any:
    """A connection that goes is gone on both sides."""
    connection = _delete_peering(self, vpc_pcx_id)
    for side in (connection.vpc, connection.peer_vpc):
        side.ec2_backend.vpc_pcxs.pop(vpc_pcx_id, None)
    return connection


def _peer_tags(self: VPCPeeringConnection) -> list[dict[str, str]]:
    """What either side has put on it."""
    sides = (self.vpc.ec2_backend, self.peer_vpc.ec2_backend)
    tags = {tag["key"]: tag["value"] for side in sides for tag in side.describe_tags({"resource-id": [self.id]})}
    return [{"key": key, "value": value} for key, value in tags.items()]


def _delete_instances(self: EC2Backend, instance_ids: list[str]) -> list[tuple[Instance, Any]]:
    """An instance that goes takes its network interfaces along."""
    terminated = _terminate(self, instance_ids)
    for instance, _ in terminated:
        for interface in instance.nics.values():
            self.enis.pop(interface.id, None)
    for id_, reservation in list(self.reservations.items()):
        reservation.instances = [each for each in reservation.instances if each.id not in instance_ids]
        if not reservation.instances:
            self.reservations.pop(id_)
    return terminated


def _delete_vpc_endpoints(self: EC2Backend, vpce_ids: list[str] | None = None) -> None:
    _delete_endpoints(self, vpce_ids)
    for id_ in vpce_ids or ():
        self.vpc_end_points.pop(id_, None)


def _delete_empty_vpc(self: EC2Backend, vpc_id: str) -> Any:
    """Gateways, endpoints and security groups hold a VPC; its access list goes with it."""
    gateways = [each for each in self.internet_gateways.values() if each.vpc and each.vpc.id == vpc_id]
    endpoints = [each for each in self.vpc_end_points.values() if each.vpc_id == vpc_id]
    groups = [each for each in self.describe_security_groups() if each.vpc_id == vpc_id and each.name != "default"]
    if gateways or endpoints or groups:
        raise DependencyViolationError(f"The vpc '{vpc_id}' has dependencies and cannot be deleted.")
    vpc = _delete_vpc(self, vpc_id)
    self.network_acls = {id_: acl for id_, acl in self.network_acls.items() if acl.vpc_id != vpc_id}
    return vpc


def _delete_empty_subnet(self: EC2Backend, subnet_id: str) -> Any:
    """Network interfaces hold a subnet."""
    if any(each.subnet.id == subnet_id for each in self.enis.values()):
        raise DependencyViolationError(f"The subnet '{subnet_id}' has dependencies and cannot be deleted.")
    return _delete_subnet(self, subnet_id)


def _described_rule(self: SecurityGroupRule, *args: Any, **more: Any) -> None:
    """A rule for a group or a prefix list keeps its description too."""
    _rule(self, *args, **more)
    given = inspect.signature(_rule).bind(self, *args, **more).arguments
    said = {**(given.get("prefix_list_id") or {}), **(given.get("source_group") or {})}.get("Description")
    if said:
        self.ip_range = {**self.ip_range, "Description": said}


def _change_rules(self: EC2Backend, group_id: str, rules: dict[str, dict[str, Any]]) -> None:
    """Every sort of source can be changed, not IPv4 alone."""
    _modify_rules(self, group_id, rules)
    group: Any = self.get_security_group_by_name_or_id(group_id)
    for id_, change in rules.items():
        rule = group.get_rule(id_)
        if change.get("CidrIpv6"):
            rule.ip_range["CidrIpv6"] = change["CidrIpv6"]
        if change.get("PrefixListId"):
            rule.prefix_list_id = change["PrefixListId"]
        if change.get("ReferencedGroupId"):
            rule.source_group = {**rule.source_group, "GroupId": change["ReferencedGroupId"]}


def _change_endpoint(self: EC2Response) -> ActionResult:
    """Private DNS can be switched."""
    answer = _modify_endpoint(self)
    if (private := self._get_bool_param("PrivateDnsEnabled")) is not None:
        self.ec2_backend.vpc_end_points[self._get_param("VpcEndpointId")].private_dns_enabled = private
    return answer


def _image(self: LaunchTemplateVersion) -> str:
    """`resolve:ssm:NAME` stands for the image that the public parameter names when an instance starts."""
    image: str = self.data.get("ImageId", "")
    if not image.startswith("resolve:ssm:"):
        return image
    backend = self.template.ec2_backend
    name, backends = image.removeprefix("resolve:ssm:"), ssm_backends[backend.account_id]
    # moto knows the public parameters of the commercial regions only.
    parameter = backends[backend.region_name].get_parameter(name) or backends["us-east-1"].get_parameter(name)
    if parameter is None:
        raise EC2ClientError("InvalidParameterValue", f"The parameter of {image} does not exist")
    return str(parameter.value)


def install() -> None:
    """Replace what moto does otherwise."""
    backend: Any = EC2Backend
    backend.delete_nat_gateway, backend.terminate_instances = _delete_nat, _delete_instances
    backend.delete_vpc_endpoints = _delete_vpc_endpoints
    backend.delete_vpc, backend.delete_subnet = _delete_empty_vpc, _delete_empty_subnet
    backend.delete_vpc_peering_connection = _delete_peer
    backend.modify_security_group_rules = _change_rules
    rule: Any = SecurityGroupRule
    rule.__init__ = _described_rule
    responses: Any = EC2Response
    responses.modify_vpc_endpoint = _change_endpoint
    version: Any = LaunchTemplateVersion
    version.image_id = property(_image)
    connection: Any = VPCPeeringConnection
    connection.get_tags = _peer_tags
    template: Any = LaunchTemplate
    # moto answers with the tags that the template was made with.
    template.tags = property(lambda self: self.get_tags(), lambda self, _: None)


GAPS = {
    "EC2 instances": "are kept without a machine; of a launch template they take the image and the type, nothing else",
}
