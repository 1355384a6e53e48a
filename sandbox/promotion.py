"""The gate before a deployment, on the laptop: the same questions as in a pipeline, asked of the local receiver."""

import os
import subprocess
from collections.abc import Mapping

from assurance.promotion import gate
from assurance.promotion.announce import Announcer
from assurance.promotion.forge import GitHub
from assurance.promotion.gate import Deployment, Sources
from assurance.promotion.itsm import ServiceNow
from assurance.promotion.keys import ParameterStore
from assurance.promotion.service import Service
from infra.config import StackConfig
from sandbox.cloud import aws
from sandbox.home import PROJECT, Home
from sandbox.receiver import Receiver, answers

TICKET = "CHG0000001"
_TOKEN = "laptop"  # noqa: S105 the receiver asks for some token, and takes any


def enter(home: Home, name: str, stack: StackConfig, alone: bool = False) -> str:
    """Let a deployment begin, or raise PromotionError; says who agreed to what."""
    order, deployment = stack.promotion, _deployment(name, alone)
    with Receiver(home, name, order).open() as receiver:
        sources = _sources(home, stack, receiver)
        _set(home, sources, order.wait_for)
        gate.enter(order, deployment, sources)
    agreed = [*order.tests, *gate.stacks_before(order, deployment), *order.approvers, *order.wait_for]
    if order.change:
        agreed.append(f"{deployment.ticket} in state {order.change.approved_state}")
    who = f"the local receiver stands for: {', '.join(agreed)}" if agreed else "it waits for nothing"
    return f"{name} may be deployed; {who}"


def complete(home: Home, name: str, stack: StackConfig, healthy: bool, outputs: Mapping[str, object]) -> list[str]:
    """Tell that a stack is deployed; PromotionError if a test of it has failed. Returns who could not be told."""
    texts = {key: value for key, value in outputs.items() if isinstance(value, str)}
    with Receiver(home, name, stack.promotion).open() as receiver:
        receiver.smoke = "success" if healthy else "failure"
        return gate.complete(stack.promotion, _deployment(name), _sources(home, stack, receiver), texts)


def _deployment(name: str, alone: bool = False) -> Deployment:
    """Whoever types the command asks for it; a ticket of one's own is named by CHANGE_TICKET."""
    ticket = os.environ.get("CHANGE_TICKET") or TICKET
    return Deployment(stack=name, revision=_revision(), asked_by="laptop", ticket=ticket, alone=alone)


def _revision() -> str:
    words = ["git", "-C", str(PROJECT), "rev-parse", "HEAD"]
    done = subprocess.run(words, capture_output=True, text=True, check=False)  # noqa: S603 words of our own
    return done.stdout.strip() or "unversioned"


def _sources(home: Home, stack: StackConfig, receiver: Receiver) -> Sources:
    def service(name: str) -> Service:
        return Service(name=name, address=receiver.address, token=_TOKEN)

    keys = None
    if stack.promotion.wait_for or stack.promotion.publish:
        session = aws.session(stack.account, stack.region, aws.endpoint(home) or "")
        keys = ParameterStore(session.client("ssm", endpoint_url=aws.endpoint(home)))
    return Sources(
        tickets=ServiceNow(service("the ITSM")),
        forge=GitHub(service=service("the code's host"), repository="laptop/platform", run="1"),
        keys=keys,
        announcer=Announcer(slack=service("Slack"), pagerduty=service("PagerDuty"), routing_key="laptop"),
    )


def _set(home: Home, sources: Sources, wanted: tuple[str, ...]) -> None:
    """Set the keys that other pipelines would have set."""
    for key in wanted:
        if sources.keys and key not in answers(home).unset and not sources.keys.is_set(key):
            sources.keys.publish(key, {"set_by": "the local receiver"})
