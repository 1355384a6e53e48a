"""Change requests, as ServiceNow's table API shows them (ENV-05)."""

import re
from dataclasses import dataclass

from assurance.promotion.service import Service, SourceError

TABLE = "/api/now/table/change_request"
NUMBER = re.compile(r"CHG\d{7,12}", re.ASCII)


@dataclass(frozen=True)
class ServiceNow:
    """One instance, asked with a token that may read change requests."""

    service: Service

    def state(self, number: str) -> str | None:
        """What `state` says of a change request; None if there is none of that number."""
        if not NUMBER.fullmatch(number):
            return None
        said = self.service.get(TABLE, sysparm_query=f"number={number}", sysparm_fields="number,state")
        try:
            found = [str(each["state"]) for each in said["result"] if each["number"] == number]
        except (KeyError, TypeError):
            raise SourceError(f"{self.service.name} answered without a change request in it") from None
        return found[0] if len(found) == 1 else None
