"""Two regions between which an application moves, as both their stacks derive them without asking one another."""

from dataclasses import dataclass

from components.aws.place import Place
from infra.config.failover import FailoverConfig, SiteConfig
from infra.config.recovery import RecoveryConfig


@dataclass(frozen=True, kw_only=True)
class Pair:
    """`waits` says whether the stack that is read here stands by; everything else is the same in both."""

    account: str
    application: str
    namespace: str
    primary_region: str
    recovery_region: str
    waits: bool
    recovery: RecoveryConfig
    failover: FailoverConfig

    @property
    def primary(self) -> Place:
        """Where the load is on a calm day."""
        return Place(account=self.account, region=self.primary_region)

    @property
    def secondary(self) -> Place:
        """Where the controller works, and all that it uses lies."""
        return Place(account=self.account, region=self.recovery_region)

    @property
    def rto_seconds(self) -> int:
        """The tightest promise that binds the database, which is what moves."""
        return 60 * min(self.recovery.promised(each).rto_minutes for each in self.recovery.binding("database"))

    def prefix(self, site: SiteConfig) -> str:
        """What the physical names of a site's own stack begin with."""
        return f"{site.environment}-{self.application}"
