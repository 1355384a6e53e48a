"""The account and region of a cluster on the local AWS, as the cloud's own controllers reach them."""

import re
from functools import cached_property
from typing import Any

import boto3

from sandbox.home import Home


class Cloud:
    """Clients with the credentials of the role that the account was handed over with."""

    def __init__(self, home: Home, plane: str) -> None:
        match = re.fullmatch(r"(\d{12})-([a-z]{2}(?:-[a-z]+)+-\d)-(.+)", plane)
        if match is None:
            raise ValueError(f"{plane} is no <account>-<region>-<cluster>; start the controllers through the local AWS")
        self.account, self.region, self.cluster = match.groups()
        self.endpoint = home.address.read_text().strip()

    @cached_property
    def session(self) -> boto3.Session:
        """Credentials of the role that the account was handed over with."""
        base = boto3.Session("laptop", "laptop", region_name=self.region)
        role = f"arn:{base.get_partition_for_region(self.region)}:iam::{self.account}:role/deployer"
        sts = base.client("sts", endpoint_url=self.endpoint)
        granted = sts.assume_role(RoleArn=role, RoleSessionName="controllers")["Credentials"]
        keys = (granted["AccessKeyId"], granted["SecretAccessKey"], granted["SessionToken"])
        return boto3.Session(*keys, region_name=self.region)

    def client(self, service: str) -> Any:
        return self.session.client(service, endpoint_url=self.endpoint)

    @property
    def tags(self) -> dict[str, str]:
        """What everything that belongs to the cluster carries."""
        return {f"kubernetes.io/cluster/{self.cluster}": "owned"}

    @cached_property
    def network(self) -> dict[str, Any]:
        return self.client("eks").describe_cluster(name=self.cluster)["cluster"]["resourcesVpcConfig"]
