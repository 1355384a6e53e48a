"""Route 53 beyond moto: health checks that follow an alarm, in whichever region it lies."""

from typing import Any

from moto.core.responses import ActionResult
from moto.route53.models import HealthCheck
from moto.route53.responses import Route53

KEPT = ("AlarmIdentifier", "InsufficientDataHealthStatus")

_config: Any = vars(HealthCheck)["health_check_config"].fget
_create, _update = Route53.create_health_check, Route53.update_health_check


def _whole_config(self: HealthCheck) -> dict[str, Any]:
    return {**_config(self), **vars(self).get("alarm", {})}


def _keep(answer: ActionResult, asked: dict[str, Any]) -> ActionResult:
    check: Any = answer.result["HealthCheck"]  # type: ignore[index]  # what both actions answer
    check.alarm = {**vars(check).get("alarm", {}), **{key: asked[key] for key in KEPT if asked.get(key)}}
    return answer


def _create_with_alarm(self: Route53) -> ActionResult:
    return _keep(_create(self), self._get_param("HealthCheckConfig"))


def _update_with_alarm(self: Route53) -> ActionResult:
    return _keep(_update(self), {key: self._get_param(key) for key in KEPT})


def install() -> None:
    """Add to moto what it lacks."""
    check: Any = HealthCheck
    check.health_check_config = property(_whole_config)
    responses: Any = Route53
    responses.create_health_check, responses.update_health_check = _create_with_alarm, _update_with_alarm


GAPS = {
    "Route 53 health checks": "are kept and answer no queries; the drill resolves the failover record by the metric "
    "behind its alarm",
}
