"""Where resources live: what ARNs, hosts and policies are made of."""

from dataclasses import dataclass

from components.aws import partitions


@dataclass(frozen=True, kw_only=True)
class Place:
    """One account in one region."""

    account: str
    region: str

    @property
    def partition(self) -> partitions.Partition:
        return partitions.partition_of(self.region)

    def arn(self, service: str, resource: str) -> str:
        return partitions.arn(service, self.region, self.account, resource)

    def global_arn(self, service: str, resource: str) -> str:
        return partitions.global_arn(service, self.region, self.account, resource)

    def managed_policy(self, name: str) -> str:
        return partitions.managed_policy(name, self.region)

    def operation_arn(self, service: str, action: str) -> str:
        """Of an operation of AWS's API, as EventBridge Scheduler calls it by itself."""
        return partitions.global_arn("scheduler", self.region, "", f"aws-sdk:{service}:{action}")

    def standard_arn(self, standard: str) -> str:
        """Of one of Security Hub's standards, which belong to no account."""
        return partitions.arn("securityhub", self.region, "", standard)
