"""What a registered resource cannot be without."""

from itertools import chain

from tests.recorder import Engine, Record


def stands_on(engine: Engine, record: Record) -> set[str]:
    """The URNs of everything that must exist before a resource does, and outlives it."""
    known = {r.urn: r for r in engine.records}
    found: set[str] = set()
    open_ = [record]
    while open_:
        here = open_.pop()
        needs = {*here.depends_on, here.provider.rpartition("::")[0], *chain(*here.property_dependencies.values())}
        for urn in needs - found:
            found.add(urn)
            if urn in known:
                open_.append(known[urn])
    return found


def urns(engine: Engine, *tokens: str) -> set[str]:
    return {record.urn for token in tokens for record in engine.of(token)}
