"""Everything says whose it is (PLT-04, COST-03)."""

import json
from collections.abc import Iterator, Mapping
from typing import Any

from policies.profiles import TAGS, Profile
from policies.rule import UNKNOWN, Resource, Rule, block


def _tagged(resource: Resource, profile: Profile) -> Iterator[str]:
    """What can carry tags shows them, the provider's among them; the provider itself must give them."""
    if resource.type == "pulumi:providers:aws":
        own = _provider_tags(resource.props)
        if missing := [tag for tag in TAGS if tag not in own]:
            yield f"defaultTags lacks {', '.join(missing)}; give them to everything that this provider makes"
        return
    if not resource.of_aws or not {"tags", "tagsAll"} & resource.props.keys():
        return
    own = resource.props.get("tagsAll") or resource.props.get("tags") or {}
    if own == UNKNOWN:
        return
    every = {**_provider_tags(resource.provider), **own}
    if missing := [tag for tag in TAGS if not every.get(tag)]:
        yield f"lacks the tags {', '.join(missing)}; use the stack's provider, which gives them"


def _provider_tags(inputs: Mapping[str, Any]) -> dict[str, str]:
    """Settings of a provider that are not text arrive as JSON."""
    default = inputs.get("defaultTags") or {}
    if isinstance(default, str) and default != UNKNOWN:
        default = json.loads(default)
    return block({"default": default}, "default.tags") or {}


RULE = Rule(
    name="untagged",
    promise="Everything carries the tags that say whose it is.",
    judge=_tagged,
    advisory_outside_production=True,
)
