"""For each rule, resources that it stops and a near twin that it lets pass."""

from collections.abc import Sequence

from tests.policies.pair import Pair
from tests.policies.pairs_of_data import ENCRYPTION, EXPOSURE, INGRESSES, KEYS
from tests.policies.pairs_of_places import COPIES, IDENTITIES, LITERALS, OWNERSHIP, REGIONS, WORKLOADS

PAIRS: Sequence[Pair] = (
    *ENCRYPTION,
    *EXPOSURE,
    *INGRESSES,
    *KEYS,
    *LITERALS,
    *REGIONS,
    *COPIES,
    *IDENTITIES,
    *OWNERSHIP,
    *WORKLOADS,
)
