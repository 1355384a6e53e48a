"""Who may do what in a cluster: teams by single sign-on, administrators by role (IAM-04)."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Literal

import pulumi
from pulumi_aws import eks

from components.aws.iam import Duty, Role
from components.aws.partitions import service_principal
from components.aws.place import Place
from components.aws.policies import allow, document, trust

AccessPolicy = Literal[
    "AmazonEKSClusterAdminPolicy", "AmazonEKSAdminPolicy", "AmazonEKSEditPolicy", "AmazonEKSViewPolicy"
]
Scope = Literal["cluster", "workloads"]

ADMINISTRATOR: AccessPolicy = "AmazonEKSClusterAdminPolicy"


@dataclass(frozen=True, kw_only=True)
class Team:
    """What members of a team may do, in the whole cluster or in the namespaces of the workloads."""

    policy: AccessPolicy
    scope: Scope = "cluster"


TEAMS: Mapping[str, Team] = MappingProxyType(
    {
        "platform-team": Team(policy=ADMINISTRATOR),
        "sre-team": Team(policy="AmazonEKSEditPolicy"),
        "security-team": Team(policy="AmazonEKSViewPolicy"),
        "developers": Team(policy="AmazonEKSViewPolicy", scope="workloads"),
    }
)


@dataclass(frozen=True, kw_only=True)
class AccessArgs:
    """`admins` are IAM roles of the account by name; `workloads` the namespaces of applications."""

    cluster: str
    place: Place
    cluster_name: pulumi.Input[str]
    cluster_arn: pulumi.Input[str]
    admins: Sequence[str]
    workloads: Sequence[str]
    teams: Mapping[str, Team] = field(default_factory=lambda: TEAMS)


class Access(pulumi.ComponentResource):
    """The complete list of who gets into a cluster; the identity that created it is not on it by itself."""

    team_role_arns: Mapping[str, pulumi.Output[str]]

    def __init__(self, name: str, args: AccessArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__("platform:aws:Access", name, None, opts)
        self._name, self._args = name, args
        for admin in args.admins:
            self._enter(f"admin-{admin}", args.place.arn("iam", f"role/{admin}"), Team(policy=ADMINISTRATOR), after=())
        roles = {team: self._team_role(team) for team in args.teams}
        for team, access in args.teams.items():
            if access.scope == "cluster" or args.workloads:
                self._enter(team, roles[team].arn, access, after=roles[team].ready)
        self.team_role_arns = {team: role.arn for team, role in roles.items()}
        self.register_outputs({"team_role_arns": self.team_role_arns})

    def _team_role(self, team: str) -> Role:
        """The role `{cluster}-{team}`, which the team's permission set of single sign-on may assume."""
        duty = Duty(
            description=f"{team} on {self._args.cluster}",
            trust=trust_permission_set(team, self._args.place),
            policy=pulumi.Output.from_input(self._args.cluster_arn).apply(
                lambda arn: document(allow(["eks:DescribeCluster"], arn))
            ),
        )
        return Role(f"{self._name}-{team}", duty, self, physical=f"{self._args.cluster}-{team}")

    def _enter(self, who: str, principal: pulumi.Input[str], access: Team, after: Sequence[pulumi.Resource]) -> None:
        entry = eks.AccessEntry(
            f"{self._name}-{who}",
            cluster_name=self._args.cluster_name,
            principal_arn=principal,
            kubernetes_groups=[who] if who in self._args.teams else None,
            tags={"Name": who},
            opts=pulumi.ResourceOptions(parent=self, depends_on=list(after)),
        )
        everywhere = access.scope == "cluster"
        eks.AccessPolicyAssociation(
            f"{self._name}-{who}",
            cluster_name=self._args.cluster_name,
            principal_arn=entry.principal_arn,
            policy_arn=f"arn:{self._args.place.partition.name}:eks::aws:cluster-access-policy/{access.policy}",
            access_scope=eks.AccessPolicyAssociationAccessScopeArgs(
                type="cluster" if everywhere else "namespace",
                namespaces=None if everywhere else list(self._args.workloads),
            ),
            opts=pulumi.ResourceOptions(parent=self, depends_on=[entry]),
        )


def trust_permission_set(team: str, place: Place) -> str:
    """People of this account who came in by single sign-on with the permission set named like their team.

    Its role ends in 16 characters of AWS's own. Its path names the home region of single sign-on, but for us-east-1.
    """
    role = f"AWSReservedSSO_{team}_{'?' * 16}"
    path = f"role/aws-reserved/{service_principal('sso')}"
    arrived = [place.arn("iam", f"{path}/{role}"), place.arn("iam", f"{path}/*/{role}")]
    return trust({"AWS": place.arn("iam", "root")}, "sts:AssumeRole", {"ArnLike": {"aws:PrincipalArn": arrived}})
