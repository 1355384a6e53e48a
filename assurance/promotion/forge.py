"""Tests and approvals, as GitHub knows them: checks of a commit, and reviews of a run's environments."""

import re
from collections.abc import Mapping
from dataclasses import dataclass

from assurance.promotion.service import Service, SourceError

PAGE = 100  # the most that is given at once
_PAGES = 20


@dataclass(frozen=True, kw_only=True)
class GitHub:
    """One repository, asked about one run with a token that may read checks and runs."""

    service: Service
    repository: str
    run: str

    def checks(self, revision: str) -> Mapping[str, str]:
        """Name -> conclusion of the latest check of that name; a reusable workflow's caller is left out of names."""
        found: dict[str, str] = {}
        for page in range(1, _PAGES + 1):
            said = self.service.get(
                f"/repos/{self.repository}/commits/{revision}/check-runs",
                filter="latest",
                per_page=str(PAGE),
                page=str(page),
            )
            try:
                runs = said["check_runs"]
                for each in runs:
                    name = re.split(r" / ", each["name"])[-1]
                    conclusion = str(each["conclusion"] or each["status"])
                    found[name] = conclusion if found.get(name, "success") == "success" else found[name]
            except (KeyError, TypeError):
                raise SourceError(f"{self.service.name} answered without checks in it") from None
            if len(runs) < PAGE:
                return found
        raise SourceError(f"{self.service.name} knows more checks of this commit than were read")

    def approvals(self) -> Mapping[str, frozenset[str]]:
        """Environment -> who let this run into it."""
        found: dict[str, frozenset[str]] = {}
        said = self.service.get(f"/repos/{self.repository}/actions/runs/{self.run}/approvals")
        try:
            for each in said:
                if each["state"] == "approved":
                    for environment in each["environments"]:
                        name = environment["name"]
                        found[name] = found.get(name, frozenset()) | {str(each["user"]["login"])}
        except (KeyError, TypeError):
            raise SourceError(f"{self.service.name} answered without approvals in it") from None
        return found
