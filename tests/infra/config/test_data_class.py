"""What the data of an environment is made of: production's own in production alone."""

import pytest

from tests import records
from tests.infra.config import orders

pytestmark = pytest.mark.req("DATA-06")


@pytest.mark.parametrize(
    ("stack", "data"),
    [
        ("dev", "synthetic"),
        ("staging", "anonymized_production"),
        ("prod", "production"),
        ("dr", "production"),
        ("eu", "production"),
    ],
)
def test_an_environment_says_what_its_data_is_made_of_and_everything_in_it_carries_that(stack: str, data: str) -> None:
    order = records.order(stack)
    assert order.data_class == order.tags["DataClass"] == data


def test_no_production_data_is_anywhere_but_in_production() -> None:
    assert orders.refusals(orders.DEV, {"data_class": "production"}) == [
        "data_class = production: would be real data under rules that are not production's; "
        "anonymize it, or set production: true"
    ]


@pytest.mark.parametrize("data", ["synthetic", "anonymized_production"])
def test_production_does_not_call_its_data_anything_else(data: str) -> None:
    assert orders.refusals(orders.PRODUCTION, {"data_class": data}) == [
        f"data_class = {data}: is not what production holds; leave it out, or set production: false"
    ]
