"""Coordination keys: parameters of the stack's own account, set by one pipeline and waited for by another (PLT-09)."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from assurance.promotion.service import SourceError


@dataclass(frozen=True)
class ParameterStore:
    """Systems Manager's, through a client of the account."""

    ssm: Any

    def is_set(self, key: str) -> bool:
        """Whether somebody has set the key."""
        try:
            self.ssm.get_parameter(Name=f"/{key}")
        except self.ssm.exceptions.ParameterNotFound:
            return False
        except Exception as error:
            raise SourceError(f"the parameter store could not be asked ({type(error).__name__})") from None
        return True

    def publish(self, key: str, metadata: Mapping[str, str]) -> None:
        """Set the key to what was done; a key that is set already says the newer."""
        try:
            self.ssm.put_parameter(
                Name=f"/{key}", Value=json.dumps(metadata, sort_keys=True), Type="String", Overwrite=True
            )
        except Exception as error:
            raise SourceError(f"the parameter store did not take {key} ({type(error).__name__})") from None
