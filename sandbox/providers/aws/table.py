"""The whole table of the local AWS, by type token."""

from sandbox.providers.aws import compute, ecr, eks, endpoints, iam, kms, logs, rds, security, vpc
from sandbox.providers.aws.calls import kind
from sandbox.providers.aws.kind import Kind
from sandbox.providers.aws.row import Row

_SERVICES = (vpc, security, endpoints, kms, logs, iam, compute, eks, ecr, rds)
ROWS: list[Row | Kind] = [row for service in _SERVICES for row in service.ROWS]

TABLE: dict[str, Kind] = {row.type: kind(row) if isinstance(row, Row) else row for row in ROWS}
