"""EventBridge Scheduler beyond moto: what a schedule would call must be an operation that takes its input."""

import json
import re
from functools import cache
from typing import Any

import botocore.session
from botocore.exceptions import UnknownServiceError
from botocore.model import OperationNotFoundError
from moto.core.exceptions import JsonRESTError
from moto.scheduler.exceptions import ScheduleGroupNotFound, ValidationException
from moto.scheduler.models import EventBridgeSchedulerBackend, Schedule, ScheduleGroup

from sandbox.cloud import references

_OPERATION = re.compile(r"arn:[^:]+:scheduler:::aws-sdk:(?P<service>[a-z0-9]+):(?P<action>[a-z]\w+)")

_create_schedule = EventBridgeSchedulerBackend.create_schedule
_update_schedule = EventBridgeSchedulerBackend.update_schedule
_create_group = EventBridgeSchedulerBackend.create_schedule_group
_delete_group = EventBridgeSchedulerBackend.delete_schedule_group


@cache
def _model(service: str) -> Any:
    return botocore.session.get_session().get_service_model(service)


def _check(backend: EventBridgeSchedulerBackend, asked: dict[str, Any]) -> None:
    """Refuse what AWS refuses: a role or key that is not there, an operation or input that it does not know."""
    backend.get_schedule_group(asked["group_name"])
    target = asked["target"]
    if not references.has_principal(target["RoleArn"], "role"):
        raise ValidationException(f"The execution role {target['RoleArn']} does not exist.")
    if asked["kms_key_arn"] and not references.has_key(backend, asked["kms_key_arn"]):
        raise ValidationException(f"The key {asked['kms_key_arn']} does not exist.")
    if operation := _OPERATION.fullmatch(target["Arn"]):
        _check_input(operation["service"], operation["action"], target.get("Input") or "{}")


def _check_input(service: str, action: str, text: str) -> None:
    """Parameters are written with a capital letter, whatever the API itself does."""
    try:
        shape = _model(service).operation_model(action[:1].upper() + action[1:]).input_shape
    except UnknownServiceError:
        raise ValidationException(f"{service} is not a supported service for a target.") from None
    except OperationNotFoundError:
        raise ValidationException(f"{action} is not a supported action of {service}.") from None
    try:
        _check_part(shape, json.loads(text), "")
    except ValueError:
        raise ValidationException("Invalid RequestJson: the input is no JSON.") from None


def _check_part(shape: Any, value: Any, path: str) -> None:
    if shape.type_name != "structure":
        return
    if not isinstance(value, dict):
        raise ValidationException(f"Invalid RequestJson: {path.rstrip('.') or 'the input'} is no object.")
    members = {name[:1].upper() + name[1:]: inner for name, inner in shape.members.items()}
    if unknown := sorted(value.keys() - members.keys()):
        raise ValidationException(f"Invalid RequestJson: the field {path}{unknown[0]} is not supported.")
    required = {name[:1].upper() + name[1:] for name in shape.required_members}
    if missing := sorted(required - value.keys() - {"ClientRequestToken"}):
        raise ValidationException(f"Invalid RequestJson: missing field {path}{missing[0]}.")
    for name, inner in value.items():
        _check_part(members[name], inner, f"{path}{name}.")


def _create(self: EventBridgeSchedulerBackend, **asked: Any) -> Schedule:
    _check(self, asked)
    return _create_schedule(self, **asked)


def _update(self: EventBridgeSchedulerBackend, **asked: Any) -> Schedule:
    _check(self, asked)
    return _update_schedule(self, **asked)


def _group(self: EventBridgeSchedulerBackend, name: str, tags: list[dict[str, str]]) -> ScheduleGroup:
    if name in self.schedule_groups:
        raise JsonRESTError("ConflictException", f"Schedule group {name} already exists.")
    return _create_group(self, name, tags or [])


def _ungroup(self: EventBridgeSchedulerBackend, name: str | None) -> None:
    """Takes its schedules along."""
    if name not in self.schedule_groups:
        raise ScheduleGroupNotFound(str(name))
    _delete_group(self, name)


def install() -> None:
    """Take the place of what moto believes."""
    backend: Any = EventBridgeSchedulerBackend
    backend.create_schedule, backend.update_schedule = _create, _update
    backend.create_schedule_group, backend.delete_schedule_group = _group, _ungroup


GAPS = {"EventBridge Scheduler": "schedules are kept, and checked for what they would call and as whom; none runs"}
