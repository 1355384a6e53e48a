"""How a PostgreSQL of ours is set: TLS only, with an audit."""

from collections.abc import Mapping

import pulumi
from pulumi_aws import rds

# Clients without TLS are refused; who changed the schema or a role is logged.
PARAMETERS: Mapping[str, str] = {
    "rds.force_ssl": "1",
    "shared_preload_libraries": "pg_stat_statements,pgaudit",
    "pgaudit.log": "ddl,role",
}
_AT_RESTART = {"shared_preload_libraries"}


def parameter_group(name: str, physical: str, family: str, child: pulumi.ResourceOptions) -> rds.ClusterParameterGroup:
    """The settings of the cluster `physical`, for engines of one family, such as aurora-postgresql17."""
    return rds.ClusterParameterGroup(
        name,
        name=f"{physical}-{family}",
        family=family,
        description="TLS only, with an audit of schema and roles",
        parameters=[
            rds.ClusterParameterGroupParameterArgs(
                name=key, value=value, apply_method="pending-reboot" if key in _AT_RESTART else "immediate"
            )
            for key, value in sorted(PARAMETERS.items())
        ],
        tags={"Name": physical},
        opts=child,
    )
