"""What watches over an account, beyond moto: features and tags of detectors, standards, default keys, budgets."""

import json
from typing import Any
from urllib.parse import unquote

from moto.budgets.models import BudgetsBackend
from moto.budgets.responses import BudgetsResponse
from moto.config.models import ConfigRule
from moto.core.exceptions import JsonRESTError
from moto.core.responses import ActionResult
from moto.ec2.responses import EC2Response
from moto.guardduty.models import Detector
from moto.guardduty.responses import GuardDutyResponse
from moto.guardduty.urls import url_paths as guardduty_paths
from moto.securityhub.models import SecurityHubBackend
from moto.securityhub.responses import SecurityHubResponse
from moto.securityhub.urls import url_paths as securityhub_paths
from moto.utilities.utils import get_partition

DEFAULT_EBS_KEY = "alias/aws/ebs"

_update_detector, _describe_hub = Detector.update, SecurityHubBackend.describe_hub
_disable_hub, _create_budget = SecurityHubBackend.disable_security_hub, BudgetsResponse.create_budget
_delete_budget, _modify_rule = BudgetsBackend.delete_budget, ConfigRule.modify_fields


def _merge(self: Detector, enable: bool, frequency: str, sources: Any, features: Any) -> None:
    """moto lets go of the features that a request does not name."""
    known = {each["name"]: each for each in self.features} | {each["name"]: each for each in features or []}
    _update_detector(self, enable, frequency, sources, list(known.values()))


def _detector(self: GuardDutyResponse) -> Detector:
    return self.guardduty_backend.get_detector(unquote(self.path).rpartition("/")[2])


def _tag_detector(self: GuardDutyResponse) -> str:
    _detector(self).tags.update(self._get_param("tags"))
    return "{}"


def _untag_detector(self: GuardDutyResponse) -> str:
    for key in self.querystring.get("tagKeys", []):
        _detector(self).tags.pop(key, None)
    return "{}"


def _change_rule(self: ConfigRule, region: str, asked: dict[str, Any], tags: dict[str, str]) -> None:
    """moto takes the tags off a rule that is changed."""
    _modify_rule(self, region, asked, tags or self.tags)


def _hub(self: SecurityHubBackend, hub_arn: str | None = None) -> dict[str, Any]:
    """moto keeps no settings, and knows one partition."""
    found = _describe_hub(self)
    arn = found["HubArn"].replace("arn:aws:", f"arn:{get_partition(self.region_name)}:")
    return {**found, "HubArn": arn, **vars(self).get("settings", {})}


def _disable(self: SecurityHubBackend) -> dict[str, Any]:
    answer = _disable_hub(self)
    for kept in ("settings", "standards"):
        vars(self).pop(kept, None)
    return answer


def _configure_hub(self: SecurityHubResponse) -> str:
    self.securityhub_backend.describe_hub()
    said = json.loads(self.body)
    settings = vars(self.securityhub_backend).setdefault("settings", {})
    settings.update({key: value for key, value in said.items() if value is not None})
    return "{}"


def _standards(self: SecurityHubResponse) -> dict[str, Any]:
    """By the ARN of the subscription; without the hub there are none."""
    self.securityhub_backend.describe_hub()
    found: dict[str, Any] = vars(self.securityhub_backend).setdefault("standards", {})
    return found


def _told(subscriptions: Any) -> str:
    return json.dumps({"StandardsSubscriptions": list(subscriptions)})


def _enable_standards(self: SecurityHubResponse) -> str:
    made = []
    for each in json.loads(self.body)["StandardsSubscriptionRequests"]:
        standard = each["StandardsArn"]
        owner = f"{self.region}:{self.current_account}:subscription"
        name = standard.partition(":standards/")[2] or standard.partition(":ruleset/")[2]
        arn = f"arn:{get_partition(self.region)}:securityhub:{owner}/{name}"
        said = {"StandardsSubscriptionArn": arn, "StandardsArn": standard, "StandardsInput": {}}
        made.append(_standards(self).setdefault(arn, {**said, "StandardsStatus": "READY"}))
    return _told(made)


def _get_standards(self: SecurityHubResponse) -> str:
    asked = json.loads(self.body or "{}").get("StandardsSubscriptionArns")
    return _told(each for arn, each in _standards(self).items() if not asked or arn in asked)


def _disable_standards(self: SecurityHubResponse) -> str:
    gone = [_standards(self).pop(arn, None) for arn in json.loads(self.body)["StandardsSubscriptionArns"]]
    if None in gone:
        raise JsonRESTError("ResourceNotFoundException", "The standards subscription was not found")
    return _told(gone)


def _default_key(self: EC2Response) -> ActionResult:
    return ActionResult({"KmsKeyId": vars(self.ec2_backend).get("default_kms_key_id") or DEFAULT_EBS_KEY})


def _reset_key(self: EC2Response) -> ActionResult:
    vars(self.ec2_backend).pop("default_kms_key_id", None)
    return ActionResult({"KmsKeyId": DEFAULT_EBS_KEY})


def _budget(self: BudgetsResponse, name: str) -> Any:
    account = self.current_account
    self.backend.describe_budget(account, name)
    return self.backend.budgets[account][name]


def _tagged_budget(self: BudgetsResponse) -> list[dict[str, str]]:
    found = _budget(self, self._get_param("ResourceARN").rpartition("/")[2])
    tags: list[dict[str, str]] = vars(found).setdefault("tags", [])
    return tags


def _create_with_tags(self: BudgetsResponse) -> str:
    answer = _create_budget(self)
    _budget(self, self._get_param("Budget")["BudgetName"]).tags = list(self._get_param("ResourceTags") or [])
    return answer


def _tag_budget(self: BudgetsResponse) -> str:
    new, tags = self._get_param("ResourceTags"), _tagged_budget(self)
    tags[:] = [tag for tag in tags if tag["Key"] not in {each["Key"] for each in new}] + new
    return "{}"


def _untag_budget(self: BudgetsResponse) -> str:
    tags = _tagged_budget(self)
    tags[:] = [tag for tag in tags if tag["Key"] not in self._get_param("ResourceTagKeys")]
    return "{}"


def _update_budget(self: BudgetsResponse) -> str:
    new = self._get_param("NewBudget")
    _budget(self, new["BudgetName"]).budget.update(new)
    return "{}"


def _subscribers(self: BudgetsResponse) -> str:
    asked = self._get_param("Notification")
    heard = _budget(self, self._get_param("BudgetName")).notifications
    found = next((each.subscribers for each in heard if asked.items() >= each.details.items()), [])
    return json.dumps({"Subscribers": found})


def _remove_budget(self: BudgetsBackend, account_id: str, budget_name: str) -> None:
    _delete_budget(self, account_id, budget_name)
    if not self.budgets[account_id]:
        del self.budgets[account_id]


_ACTIONS: dict[type, dict[str, Any]] = {
    Detector: {"update": _merge},
    GuardDutyResponse: {"tag_resource": _tag_detector, "untag_resource": _untag_detector},
    ConfigRule: {"modify_fields": _change_rule},
    SecurityHubBackend: {"describe_hub": _hub, "disable_security_hub": _disable},
    SecurityHubResponse: {
        "update_security_hub_configuration": _configure_hub,
        "batch_enable_standards": _enable_standards,
        "get_enabled_standards": _get_standards,
        "batch_disable_standards": _disable_standards,
    },
    EC2Response: {"get_ebs_default_kms_key_id": _default_key, "reset_ebs_default_kms_key_id": _reset_key},
    BudgetsBackend: {"delete_budget": _remove_budget},
    BudgetsResponse: {
        "create_budget": _create_with_tags,
        "update_budget": _update_budget,
        "describe_subscribers_for_notification": _subscribers,
        "tag_resource": _tag_budget,
        "untag_resource": _untag_budget,
        "list_tags_for_resource": lambda self: json.dumps({"ResourceTags": _tagged_budget(self)}),
    },
}


def install() -> None:
    """Add to moto what it lacks."""
    for owner, actions in _ACTIONS.items():
        for name, do in actions.items():
            setattr(owner, name, do)
    guardduty_paths["{0}/tags/(?P<arn>.+)$"] = GuardDutyResponse.dispatch
    for path in ("register", "deregister", "get"):
        securityhub_paths["{0}/standards/" + path + "$"] = SecurityHubResponse.dispatch


GAPS = {
    "GuardDuty, Config, Security Hub": "detectors, recorders, rules and standards are kept, and judge nothing",
    "Budgets": "limits and subscribers are kept; nothing is spent, and nobody hears",
}
