"""What GitHub Actions gives to a run: who asks for which revision, and the ways to those who know."""

from collections.abc import Mapping
from typing import Any

from assurance.promotion.announce import Announcer
from assurance.promotion.forge import GitHub
from assurance.promotion.gate import Deployment, Sources
from assurance.promotion.itsm import ServiceNow
from assurance.promotion.keys import ParameterStore
from assurance.promotion.service import Service
from infra.config.promotion import PromotionConfig

PAGERDUTY = "https://events.pagerduty.com"
BY_HAND = "workflow_dispatch"


def deployment(stack: str, env: Mapping[str, str]) -> Deployment:
    """The deployment that this run is; a person asked for it only where the run was started by hand."""
    by_hand = env.get("GITHUB_EVENT_NAME") == BY_HAND
    return Deployment(
        stack=stack,
        revision=env.get("GITHUB_SHA", "unknown"),
        asked_by=env.get("GITHUB_ACTOR") if by_hand else None,
        ticket=env.get("CHANGE_TICKET") or None,
        alone=by_hand and env.get("ALONE") == "true",
    )


def sources(order: PromotionConfig, region: str, env: Mapping[str, str]) -> Sources:
    """The sources that this run can ask; what was not given is left out, and stops whatever needs it."""
    slack, pager = env.get("SLACK_WEBHOOK_URL"), env.get("PAGERDUTY_ROUTING_KEY", "")
    return Sources(
        tickets=_itsm(order, env),
        forge=_forge(env),
        keys=ParameterStore(_ssm(region)) if order.wait_for or order.publish else None,
        announcer=Announcer(
            slack=Service(name="Slack", address=slack) if slack else None,
            pagerduty=Service(name="PagerDuty", address=PAGERDUTY) if pager else None,
            routing_key=pager,
        ),
    )


def _itsm(order: PromotionConfig, env: Mapping[str, str]) -> ServiceNow | None:
    token = env.get("ITSM_TOKEN")
    if order.change is None or not token:
        return None
    return ServiceNow(Service(name="the ITSM", address=order.change.itsm, token=token))


def _forge(env: Mapping[str, str]) -> GitHub | None:
    address, repository, run = (env.get(f"GITHUB_{each}") for each in ("API_URL", "REPOSITORY", "RUN_ID"))
    token = env.get("GITHUB_TOKEN")
    if not (address and repository and run and token):
        return None
    service = Service(name="the code's host", address=address, token=token)
    return GitHub(service=service, repository=repository, run=run)


def _ssm(region: str) -> Any:
    import boto3  # slow to import, and most stacks wait for no key

    return boto3.client("ssm", region_name=region)
