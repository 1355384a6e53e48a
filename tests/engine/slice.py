"""A small network: enough types and edges to see creates run side by side, wait for each other, and be interrupted."""

import pulumi
import pulumi_aws as aws
from pulumi_aws import ec2

tags = {"Environment": "slice", "ManagedBy": "pulumi"}
provider = aws.Provider(
    "aws",
    region="us-east-1",
    allowed_account_ids=["000000000199"],
    default_tags=aws.ProviderDefaultTagsArgs(tags=tags),
)
opts = pulumi.ResourceOptions(provider=provider)

vpc = ec2.Vpc("vpc", cidr_block="10.99.0.0/16", enable_dns_hostnames=True, tags={"Name": "slice"}, opts=opts)
gateway = ec2.InternetGateway("gateway", vpc_id=vpc.id, opts=opts)
for index, zone in enumerate("abc"):
    name, cidr = f"us-east-1{zone}", f"10.99.{index}.0/24"
    subnet = ec2.Subnet(zone, vpc_id=vpc.id, cidr_block=cidr, availability_zone=name, opts=opts)
    table = ec2.RouteTable(zone, vpc_id=vpc.id, opts=opts)
    ec2.RouteTableAssociation(zone, route_table_id=table.id, subnet_id=subnet.id, opts=opts)
    address = ec2.Eip(zone, domain="vpc", opts=opts)
    nat = ec2.NatGateway(zone, allocation_id=address.id, subnet_id=subnet.id, opts=opts)
    ec2.Route(zone, route_table_id=table.id, destination_cidr_block="0.0.0.0/0", nat_gateway_id=nat.id, opts=opts)
pulumi.export("vpc_id", vpc.id)
