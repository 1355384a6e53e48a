"""EventBridge Scheduler: groups, and the schedules in them."""

from sandbox.providers.aws.row import Call, Row

ROWS = [
    Row(
        type="aws:scheduler/scheduleGroup:ScheduleGroup",
        create=Call("create_schedule_group"),
        read=Call("get_schedule_group", "@"),
        delete="delete_schedule_group",
        id="{name}",
        outputs="arn creationDate lastModificationDate state",
        arn="scheduler:schedule-group/{name}",
        tags="tag_resource untag_resource list_tags_for_resource",
        name="name",
    ),
    Row(
        type="aws:scheduler/schedule:Schedule",
        create=Call("create_schedule"),
        read=Call("get_schedule", "@"),
        delete="delete_schedule",
        update={
            "description flexibleTimeWindow kmsKeyArn scheduleExpression scheduleExpressionTimezone state target": (
                "update_schedule"
            )
        },
        id="{groupName}/{name}",
        outputs="arn",
        replace="groupName",
        computed="target.retryPolicy",
        defaults={"state": "ENABLED", "scheduleExpressionTimezone": "UTC"},
        name="name",
    ),
]
