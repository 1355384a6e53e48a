"""What the engine starts for `--policy-pack policies`."""

from collections.abc import Mapping
from typing import Any

from pulumi_policy import PolicyPack, policy

from policies import profiles
from policies.pack import Pack
from policies.rules import RULES, STACK_RULES

pack = Pack(RULES, STACK_RULES)


class _Servicer(policy._PolicyAnalyzerServicer):
    """The SDK's own, which keeps the tags of a stack and drops its configuration: the rules need it."""

    def ConfigureStack(self, request: Any, _context: Any) -> Any:  # noqa: N802 the protocol's name
        config: Mapping[str, str] = request.config
        pack.learn(profiles.of(config))
        return super().ConfigureStack(request, _context)


policy._PolicyAnalyzerServicer = _Servicer  # type: ignore[misc]  # the SDK offers no other way in
PolicyPack("platform", pack.policies)
