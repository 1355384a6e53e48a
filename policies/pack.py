"""The rules as policies of the engine, and the exemptions from them."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from pulumi_policy import (
    EnforcementLevel,
    Policy,
    ReportViolation,
    ResourceValidationArgs,
    ResourceValidationPolicy,
    StackValidationArgs,
    StackValidationPolicy,
)

from policies.profiles import Exemption, Profile
from policies.rule import Resource, Rule, StackRule

SPARED = "exemptions"


class Pack:
    """One stack's policies; the profile is known once the engine has said which stack it is."""

    def __init__(self, rules: Sequence[Rule], stack_rules: Sequence[StackRule]) -> None:
        self.profile = Profile()
        self.names = [each.name for each in (*rules, *stack_rules)]
        self._used: dict[tuple[str, str], list[str]] = {}
        self._rules: list[tuple[Rule | StackRule, Policy]] = [
            *((rule, self._of_resource(rule)) for rule in rules),
            *((rule, self._of_stack(rule)) for rule in stack_rules),
        ]
        spared = StackValidationPolicy(
            SPARED, "What the rules spare, who answers for it, and until when.", self._spared, EnforcementLevel.ADVISORY
        )
        self.policies: list[Policy] = [*(policy for _, policy in self._rules), spared]

    def learn(self, profile: Profile) -> None:
        """Take the stack's profile; it sets the level of every rule."""
        self.profile = profile
        for rule, policy in self._rules:
            lenient = rule.name in profile.advisory or (rule.advisory_outside_production and not profile.production)
            policy.enforcement_level = EnforcementLevel.ADVISORY if lenient else EnforcementLevel.MANDATORY

    def spares(self, rule: str, resource: str, breach: str) -> Exemption | None:
        """The exemption under which a breach passes, which is noted; None if there is none, or it has expired."""
        for each in self.profile.exemptions:
            if (each.rule, each.resource) == (rule, resource) and each.expires >= self.profile.today:
                self._used.setdefault((rule, resource), []).append(breach)
                return each
        return None

    def _of_resource(self, rule: Rule) -> ResourceValidationPolicy:
        def validate(args: ResourceValidationArgs, report: ReportViolation) -> None:
            if rule.types is None or args.resource_type in rule.types:
                resource = seen(args)
                for breach in rule.breaches(resource, self.profile):
                    if not self.spares(rule.name, resource.label, breach):
                        report(f"{resource.label} {breach}{self._late(rule.name, resource.label)}", None)

        return ResourceValidationPolicy(rule.name, rule.promise, validate, EnforcementLevel.MANDATORY)

    def _of_stack(self, rule: StackRule) -> StackValidationPolicy:
        def validate(args: StackValidationArgs, report: ReportViolation) -> None:
            for resource, breach in rule.judge([seen(each) for each in args.resources], self.profile):
                if not self.spares(rule.name, resource.label, breach):
                    report(f"{resource.label} {breach}{self._late(rule.name, resource.label)}", resource.urn)

        return StackValidationPolicy(rule.name, rule.promise, validate, EnforcementLevel.MANDATORY)

    def _late(self, rule: str, resource: str) -> str:
        for each in self.profile.exemptions:
            if (each.rule, each.resource) == (rule, resource):
                return f". The exemption of {each.owner} expired on {each.expires}"
        return ""

    def _spared(self, args: StackValidationArgs, report: ReportViolation) -> None:
        if self.profile.exemptions:
            report("\n".join(self.account()), None)

    def account(self) -> Iterator[str]:
        """How many exemptions there are, and of each: what it spares, who answers, until when and why."""
        given = self.profile.exemptions
        yield f"{len(given)} exemption{'s' if len(given) > 1 else ''}, {len(self._used)} in use"
        for each in given:
            state = f"until {each.expires}" if each.expires >= self.profile.today else f"EXPIRED on {each.expires}"
            if each.rule not in self.names:
                state = f"there is no such rule; choose from {', '.join(self.names)}"
            elif (each.rule, each.resource) not in self._used and each.expires >= self.profile.today:
                state += ", spares nothing and can go"
            yield f"  {each.rule}: {each.resource}, {each.owner}, {state}: {each.reason}"


def seen(args: Any) -> Resource:
    """A resource of the engine's as the rules see it."""
    provider = args.provider
    dependencies: Mapping[str, Any] = getattr(args, "property_dependencies", {})
    return Resource(
        type=args.resource_type,
        name=args.name,
        urn=args.urn,
        props=plain(args.props),
        provider=plain(provider.props) if provider else {},
        protected=bool(args.opts.protect),
        ignored=frozenset(args.opts.ignore_changes),
        property_dependencies={key: [each.urn for each in found] for key, found in dependencies.items()},
    )


def plain(value: Any) -> Any:
    """Plain values, from proxies that would end a policy at the first value which is not known yet."""
    if isinstance(value, Mapping):
        inner: Mapping[str, Any] = _behind(value)
        return {key: plain(each) for key, each in inner.items()}
    if isinstance(value, Sequence) and not isinstance(value, str):
        return [plain(each) for each in _behind(value)]
    return int(value) if isinstance(value, float) and value.is_integer() else value


def _behind(value: Any) -> Any:
    return value if type(value) in (dict, list) else value["__target"]
