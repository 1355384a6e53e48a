"""The whole table of the local AWS, by type token."""

from sandbox.providers.aws import compute, ecr, eks, eks_nodes, eks_parts, endpoints, iam, kms, logs, security, vpc
from sandbox.providers.aws.kind import Kind

_SERVICES = (vpc, security, endpoints, kms, logs, iam, compute, eks, eks_nodes, eks_parts, ecr)

TABLE: dict[str, Kind] = {row.type: row for service in _SERVICES for row in service.ROWS}
