"""What a stack file may say of Velero, and what it says if it says nothing."""

import pytest

from infra.config.velero import VeleroConfig
from tests.infra.config.orders import committed, refusals


@pytest.mark.req("BDR-04", "BDR-07")
def test_velero_that_says_nothing_is_that_of_the_documents():
    schedules = VeleroConfig().schedules
    daily, hourly = schedules["payment-service-daily"], schedules["cluster-hourly"]
    assert (daily.schedule, daily.namespaces, daily.excluded_resources) == (
        "0 2 * * *",
        ("payment-service",),
        ("events", "pods"),
    )
    assert (daily.labelled, daily.volumes, daily.keep_days) == (True, True, 30)
    assert (hourly.schedule, hourly.namespaces, hourly.labelled) == ("0 * * * *", (), False)


@pytest.mark.parametrize(
    ("schedule", "said"),
    [
        (
            {"schedule": "cron(0 2 * * ? *)"},
            'schedule: is a schedule of AWS, and Velero reads those of Unix; write it as "0 2 * * *"',
        ),
        (
            {"schedule": "0 2 * * *", "namespaces": ["Payment"]},
            "namespaces[0] = Payment: is no Kubernetes name; use at most 63 lower-case letters, digits and hyphens",
        ),
        (
            {"schedule": "0 2 * * *", "excluded_resources": ["Pods"]},
            "excluded_resources[0] = Pods: is no resource of Kubernetes; "
            "write its plural in lower case, such as pods or deployments.apps",
        ),
        (
            {"schedule": "0 2 * * *", "keep_days": 0},
            "keep_days = 0: is too small; give at least 1",
        ),
    ],
)
def test_a_schedule_is_one_that_velero_takes(schedule, said):
    order = {"backup.velero": {"schedules": {"nightly": schedule}}}
    assert refusals(committed("prod"), order) == [f"backup.velero.schedules.nightly.{said}"]
