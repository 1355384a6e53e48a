"""AWS Backup beyond moto: selections, vault policies, changed plans and restore testing, kept as they are told."""

import uuid
from collections.abc import Callable
from typing import Any

from moto.backup import urls
from moto.backup.exceptions import (
    AlreadyExistsException,
    InvalidParameterValueException,
    InvalidRequestException,
    ResourceNotFoundException,
)
from moto.backup.models import BackupBackend, Plan
from moto.backup.responses import BackupResponse
from moto.core.responses import ActionResult
from moto.core.utils import utcnow

Params = dict[str, Any]
Shelf = dict[Any, Any]

LEAST_AIR_GAPPED_DAYS = 7

_update_plan_of, _delete_plan = Plan.__init__, BackupBackend.delete_backup_plan


def kept(backend: BackupBackend, what: str) -> Shelf:
    """What is kept of one sort, by name or id."""
    shelf: Shelf = vars(backend).setdefault(what, {})
    return shelf


def taken(shelf: Shelf, name: Any, sort: str) -> Any:
    if name not in shelf:
        raise ResourceNotFoundException(msg=f"{sort} {name} not found")
    return shelf[name]


def _arn(backend: BackupBackend, resource: str) -> str:
    return f"arn:{backend.partition}:backup:{backend.region_name}:{backend.account_id}:{resource}"


def _create_selection(backend: BackupBackend, asked: Params) -> Params:
    plan = backend.get_backup_plan(asked["BackupPlanId"], None)
    name = asked["BackupSelection"]["SelectionName"]
    shelf = kept(backend, "selections")
    if any(each["plan"] == plan.backup_plan_id and each["told"]["SelectionName"] == name for each in shelf.values()):
        raise AlreadyExistsException(msg=f"Backup selection {name} already exists")
    id_ = str(uuid.uuid4())
    shelf[id_] = {"plan": plan.backup_plan_id, "told": asked["BackupSelection"], "at": utcnow()}
    return {"SelectionId": id_, "BackupPlanId": plan.backup_plan_id, "CreationDate": shelf[id_]["at"]}


def _get_selection(backend: BackupBackend, asked: Params) -> Params:
    found = taken(kept(backend, "selections"), asked["SelectionId"], "Backup selection")
    known = {"SelectionId": asked["SelectionId"], "BackupPlanId": found["plan"], "CreationDate": found["at"]}
    return {**known, "BackupSelection": found["told"]}


def _delete_selection(backend: BackupBackend, asked: Params) -> Params:
    taken(kept(backend, "selections"), asked["SelectionId"], "Backup selection")
    del kept(backend, "selections")[asked["SelectionId"]]
    return {}


def _update_plan(backend: BackupBackend, asked: Params) -> Params:
    """The same plan with other rules, as a new version of it."""
    plan = backend.get_backup_plan(asked["BackupPlanId"], None)
    id_, arn, since = plan.backup_plan_id, plan.backup_plan_arn, plan.creation_date
    _update_plan_of(plan, asked["BackupPlan"], plan.creator_request_id, backend)
    plan.backup_plan_id, plan.backup_plan_arn, plan.creation_date = id_, arn, since
    return plan.to_dict()


def _drop_plan(self: BackupBackend, backup_plan_id: str) -> tuple[str, str, float, str]:
    """moto keeps a deleted plan, whose name is then taken for ever, and does not look for what belongs to it."""
    if any(each["plan"] == backup_plan_id for each in kept(self, "selections").values()):
        raise InvalidRequestException(msg="Related backup plan selections must be deleted prior to the plan")
    said = _delete_plan(self, backup_plan_id)
    del self.plans[backup_plan_id]
    return said


def _create_air_gapped(backend: BackupBackend, asked: Params) -> Params:
    """A vault that is locked from its first day; AWS takes nothing below a week."""
    least, most = asked["MinRetentionDays"], asked["MaxRetentionDays"]
    if least < LEAST_AIR_GAPPED_DAYS or most < least:
        raise InvalidParameterValueException(msg=f"MinRetentionDays {least} or MaxRetentionDays {most} is invalid")
    name, tags = asked["BackupVaultName"], asked.get("BackupVaultTags") or {}
    vault = backend.create_backup_vault(name, tags, asked.get("EncryptionKeyArn") or "", "")
    vault.locked, vault.min_retention_days, vault.max_retention_days = True, least, most
    return {**vault.to_dict(), "VaultState": "AVAILABLE"}


def _put_policy(backend: BackupBackend, asked: Params) -> Params:
    vault = backend.describe_backup_vault(asked["BackupVaultName"])
    vars(vault)["policy"] = asked["Policy"]
    return {}


def _get_policy(backend: BackupBackend, asked: Params) -> Params:
    vault = backend.describe_backup_vault(asked["BackupVaultName"])
    known = {"BackupVaultName": vault.backup_vault_name, "BackupVaultArn": vault.backup_vault_arn}
    return {**known, "Policy": taken(vars(vault), "policy", f"Access of {vault.backup_vault_name}:")}


def _delete_policy(backend: BackupBackend, asked: Params) -> Params:
    vars(backend.describe_backup_vault(asked["BackupVaultName"])).pop("policy", None)
    return {}


def _create_test(backend: BackupBackend, asked: Params) -> Params:
    told, shelf = asked["RestoreTestingPlan"], kept(backend, "tests")
    name = told["RestoreTestingPlanName"]
    if name in shelf:
        raise AlreadyExistsException(msg=f"Restore testing plan {name} already exists")
    if not name.replace("_", "").isalnum():
        raise InvalidParameterValueException(msg=f"Restore testing plan name {name} has other than [A-Za-z0-9_]")
    arn = _arn(backend, f"restore-testing-plan:{name}-{uuid.uuid4()}")
    shelf[name] = {"StartWindowHours": 24, "ScheduleExpressionTimezone": "Etc/UTC", **told}
    shelf[name] |= {"RestoreTestingPlanArn": arn, "CreationTime": utcnow()}
    backend.tag_resource(arn, asked.get("Tags") or {})
    return shelf[name]


def _get_test(backend: BackupBackend, asked: Params) -> Params:
    name = asked["RestoreTestingPlanName"]
    return {"RestoreTestingPlan": taken(kept(backend, "tests"), name, "Restore testing plan")}


def _update_test(backend: BackupBackend, asked: Params) -> Params:
    found: Params = _get_test(backend, asked)["RestoreTestingPlan"]
    found |= {**asked["RestoreTestingPlan"], "UpdateTime": utcnow()}
    return found


def _delete_test(backend: BackupBackend, asked: Params) -> Params:
    name = asked["RestoreTestingPlanName"]
    taken(kept(backend, "tests"), name, "Restore testing plan")
    if any(plan == name for plan, _ in kept(backend, "tested")):
        raise InvalidRequestException(msg=f"Restore testing plan {name} has selections; delete them first")
    del kept(backend, "tests")[name]
    return {}


def _create_tested(backend: BackupBackend, asked: Params) -> Params:
    plan, told = asked["RestoreTestingPlanName"], asked["RestoreTestingSelection"]
    taken(kept(backend, "tests"), plan, "Restore testing plan")
    key = (plan, told["RestoreTestingSelectionName"])
    if key in kept(backend, "tested"):
        raise AlreadyExistsException(msg=f"Restore testing selection {key[1]} already exists")
    known = {"RestoreTestingPlanName": plan, "CreationTime": utcnow()}
    kept(backend, "tested")[key] = {"ProtectedResourceArns": [], **told, **known}
    return {**known, "RestoreTestingSelectionName": key[1], "RestoreTestingPlanArn": _arn(backend, plan)}


def _tested(backend: BackupBackend, asked: Params) -> Params:
    key = (asked["RestoreTestingPlanName"], asked["RestoreTestingSelectionName"])
    found: Params = taken(kept(backend, "tested"), key, "Restore testing selection")
    return found


def _get_tested(backend: BackupBackend, asked: Params) -> Params:
    return {"RestoreTestingSelection": _tested(backend, asked)}


def _update_tested(backend: BackupBackend, asked: Params) -> Params:
    found = _tested(backend, asked)
    found |= asked["RestoreTestingSelection"]
    return {**found, "RestoreTestingPlanArn": _arn(backend, asked["RestoreTestingPlanName"]), "UpdateTime": utcnow()}


def _delete_tested(backend: BackupBackend, asked: Params) -> Params:
    _tested(backend, asked)
    key = (asked["RestoreTestingPlanName"], asked["RestoreTestingSelectionName"])
    del kept(backend, "tested")[key]
    return {}


ACTIONS: dict[str, Callable[[BackupBackend, Params], Params]] = {
    "create_backup_selection": _create_selection,
    "get_backup_selection": _get_selection,
    "delete_backup_selection": _delete_selection,
    "update_backup_plan": _update_plan,
    "create_logically_air_gapped_backup_vault": _create_air_gapped,
    "put_backup_vault_access_policy": _put_policy,
    "get_backup_vault_access_policy": _get_policy,
    "delete_backup_vault_access_policy": _delete_policy,
    "create_restore_testing_plan": _create_test,
    "get_restore_testing_plan": _get_test,
    "update_restore_testing_plan": _update_test,
    "delete_restore_testing_plan": _delete_test,
    "create_restore_testing_selection": _create_tested,
    "get_restore_testing_selection": _get_tested,
    "update_restore_testing_selection": _update_tested,
    "delete_restore_testing_selection": _delete_tested,
}


def action(do: Callable[[BackupBackend, Params], Params]) -> Callable[[BackupResponse], ActionResult]:
    def respond(self: BackupResponse) -> ActionResult:
        self.parse_parameters(self.normalized_request)
        return ActionResult(do(self.backup_backend, dict(self.params)))

    return respond


def install() -> None:
    """Add to moto what it lacks."""
    for name, do in ACTIONS.items():
        setattr(BackupResponse, name, action(do))
    backend: Any = BackupBackend
    backend.delete_backup_plan = _drop_plan
    plans = "/restore-testing/plans"
    vaults = ("/backup-vaults/(?P<name>[^/]+)/access-policy$", "/logically-air-gapped-backup-vaults/(?P<name>[^/]+)$")
    for path in (*vaults, f"{plans}$", f"{plans}/(?P<rest>.+)$"):
        urls.url_paths["{0}" + path] = urls.response.dispatch


GAPS = {
    "AWS Backup": "vaults, plans, selections and restore tests are kept; no schedule runs. A backup or copy that "
    "somebody starts is done at once, of databases and volumes, without data and whatever policies say; no recovery "
    "point expires, and a restore stays pending",
}
