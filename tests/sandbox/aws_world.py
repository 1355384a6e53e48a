"""The world that samples of AWS resources live in: one account, and what they refer to, made when first asked for."""

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import cache, cached_property
from typing import Any, NamedTuple

import boto3

from sandbox.providers.aws.provider import Aws
from sandbox.providers.aws.table import TABLE
from sandbox.providers.protocol import Props, Ref

ACCOUNT, OTHER_ACCOUNT = "123456789012", "000000000102"
REGION = "us-east-1"
_DEFAULT_TAGS = {"defaultTags": {"tags": {"Environment": "dev"}}}


def document(action: str = "s3:GetObject", **more: Any) -> str:
    """A policy document of one statement."""
    return json.dumps({"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": action, **more}]})


def trust(service: str) -> str:
    """Who may assume a role."""
    return document("sts:AssumeRole", Principal={"Service": f"{service}.amazonaws.com"})


def provider(account: str, region: str = REGION, tagged: bool = False) -> Aws:
    """The provider of one account, on the AWS in this process; on request with the default tags of the samples."""
    role = f"arn:aws:iam::{account}:role/tests"
    keys = boto3.client("sts", region_name=region).assume_role(RoleArn=role, RoleSessionName="tests")["Credentials"]
    made = Aws(boto3.Session(keys["AccessKeyId"], keys["SecretAccessKey"], keys["SessionToken"]))
    made.configure({"region": region} | (_DEFAULT_TAGS if tagged else {}))
    return made


@cache
def tagging_provider() -> Aws:
    """The provider of moto's own account, with default tags as every stack has them; its clients are made only once."""
    made = Aws(boto3.Session("tests", "tests"))
    made.configure({"region": REGION, **_DEFAULT_TAGS})
    return made


def ref(token: str, name: str = "sample", id_: str = "") -> Ref:
    """What the engine calls a resource."""
    return Ref(token, name, f"urn:pulumi:dev::platform::{token}::{name}", id_)


@dataclass
class World:
    """What samples refer to, made by the provider itself when a sample first asks for it."""

    aws: Aws
    made: list[tuple[Ref, Props, Props]] = field(default_factory=list, init=False)

    def make(self, token: str, **inputs: Any) -> Props:
        """Create a resource of the type that ends in `token`; return its outputs with its id."""
        (type_,) = (each for each in TABLE if each.endswith(f":{token}"))
        named = ref(type_, f"{type_.rpartition(':')[2].lower()}-{len(self.made)}")
        checked = self.aws.check(named, inputs, {})
        id_, outputs = self.aws.create(named, checked, preview=False)
        self.made.append((ref(type_, named.name, id_), checked, outputs))
        return {**outputs, "id": id_}

    def vanish(self) -> None:
        """Delete everything, the youngest first, as the engine does."""
        while self.made:
            self.aws.delete(*self.made.pop())

    def role(self, service: str = "eks") -> Props:
        return self.make("Role", assumeRolePolicy=trust(service))

    def subnet(self, zone: str, block: int) -> str:
        return str(self.make("Subnet", vpcId=self.vpc, cidrBlock=f"10.0.{block}.0/24", availabilityZone=zone)["id"])

    def group(self) -> str:
        return str(self.make("SecurityGroup", vpcId=self.vpc)["id"])

    @cached_property
    def vpc(self) -> str:
        return str(self.make("Vpc", cidrBlock="10.0.0.0/16")["id"])

    @cached_property
    def other_vpc(self) -> str:
        return str(self.make("Vpc", cidrBlock="10.1.0.0/16")["id"])

    @cached_property
    def subnets(self) -> list[str]:
        return [self.subnet(f"{REGION}{letter}", block) for block, letter in enumerate("abc")]

    @cached_property
    def groups(self) -> list[str]:
        return [self.group(), self.group()]

    @cached_property
    def tables(self) -> list[str]:
        return [str(self.make("RouteTable", vpcId=self.vpc)["id"]) for _ in range(2)]

    @cached_property
    def keys(self) -> list[Props]:
        return [self.make("Key", description=f"key {number}") for number in range(2)]

    @cached_property
    def roles(self) -> list[Props]:
        return [self.role(), self.role()]

    @cached_property
    def cluster(self) -> str:
        inputs = {"roleArn": self.roles[0]["arn"], "vpcConfig": {"subnetIds": self.subnets}, "version": "1.35"}
        access = {"authenticationMode": "API"}
        return str(self.make("eks/cluster:Cluster", name="one", accessConfig=access, **inputs)["id"])

    @cached_property
    def templates(self) -> list[Props]:
        return [self.make("LaunchTemplate", instanceType="t3.micro", imageId="ami-12345678") for _ in range(2)]

    @cached_property
    def repository(self) -> str:
        return str(self.make("Repository", name="payment-service")["id"])


class Pair(NamedTuple):
    """Two valid values of one input, what a change from one to the other does, and what has to change along with it."""

    effect: str
    first: Any
    other: Any
    along: Mapping[str, Any]


ABSENT = None


def updates(first: Any, other: Any, **along: Any) -> Pair:
    """The object is changed in place, there and back."""
    return Pair("update", first, other, along)


def once(first: Any, other: Any) -> Pair:
    """The object is changed in place, and there is no way back."""
    return Pair("once", first, other, {})


def refused(first: Any, other: Any) -> Pair:
    """No new object would help, and the cloud does not change it in place."""
    return Pair("refused", first, other, {})


def records(first: Any, other: Any) -> Pair:
    """Only the provider itself reads it: no call is made."""
    return Pair("record", first, other, {})


def replaces(first: Any, other: Any, **along: Any) -> Pair:
    """A new object takes its place."""
    return Pair("replace", first, other, along)


Sample = Callable[[World], Mapping[str, Pair]]
TAGS = {"tags": updates({"Name": "sample", "Owner": "tests"}, {"Name": "other"})}
