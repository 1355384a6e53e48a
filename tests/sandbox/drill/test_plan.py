"""What a drill makes of the documents that it finds: copies with short times, in which all else is as it was."""

from infra.config import RegionStack, read
from infra.stacks.failover_documents import resource
from sandbox.drill import plan
from sandbox.home import PROJECT
from services.failover import spec


def ordered() -> RegionStack:
    """The standby as its file has it."""
    stack = read(PROJECT / "Pulumi.dr.yaml")
    assert isinstance(stack, RegionStack)
    return stack


def test_a_copy_of_the_object_differs_in_what_is_waited_for():
    stack = ordered()
    assert stack.pair is not None
    found = resource(stack.pair)
    found["metadata"]["resourceVersion"] = "7"  # of the cluster's own
    before = spec.Failover.model_validate(found).spec
    after = spec.Failover.model_validate(plan.resource(found, plan.shortened(stack.pair.failover, 3))).spec
    http, errors = before.health_checks
    assert after.health_checks == (http.model_copy(update={"interval": 1, "timeout": 1}), errors)
    assert (before.failover_policy.delay, after.failover_policy.delay) == (300, 3)
    assert {f: getattr(before, f) for f in ("primary", "secondary", "data_sync", "notifications")} == {
        f: getattr(after, f) for f in ("primary", "secondary", "data_sync", "notifications")
    }


def test_what_a_step_may_take_is_not_shortened():
    stack = ordered()
    assert stack.pair is not None
    before, after = stack.pair.failover, plan.shortened(stack.pair.failover, 3)
    assert (before.promotion_seconds, before.scale_up_seconds) == (after.promotion_seconds, after.scale_up_seconds)
    changed = {field for field in type(before).model_fields if getattr(before, field) != getattr(after, field)}
    assert changed == {"detection", "delay_seconds", "lag_sample_seconds", "fence_seconds", "dns"}


def test_the_wiring_keeps_every_name_and_gets_the_time_that_is_rehearsed():
    stack = ordered()
    assert stack.recovery is not None
    assert stack.pair is not None
    order = plan.shortened(stack.pair.failover, 3)
    found = {"table": "one", "topic": "two", "fenceSeconds": 30.0, "rto": 900.0}
    wired = plan.wiring(found, stack.recovery.model_copy(update={"failover": order}), order)
    assert {key: wired[key] for key in ("table", "topic", "fenceSeconds")} == {
        "table": "one", "topic": "two", "fenceSeconds": 2,
    }  # fmt: skip
    assert 0 < wired["rto"] < 900
