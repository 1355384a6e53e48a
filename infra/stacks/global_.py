"""What all regions of a partition share, in an account that is watched: registries, the roles of CI, public zones."""

from collections.abc import Sequence

import pulumi
import pulumi_aws

from components.aws.ci import ImagePush, ImagePushArgs
from components.aws.key_policies import KeyClass
from components.aws.keys import Keys, KeysArgs
from components.aws.place import Place
from components.aws.registry import Registry, RegistryArgs, Repository
from components.aws.signer import Signer, SignerArgs
from components.aws.signing import Signing, SigningArgs
from components.aws.zone import Zone, ZoneArgs
from infra.config import GlobalStack
from infra.config.audit import EVIDENCE
from infra.stacks.alerts import alerts
from infra.stacks.audit import audit
from infra.stacks.budget import budget
from infra.stacks.guardrails import guardrails
from infra.stacks.provider import aws_provider


def deploy(stack: GlobalStack, provider: pulumi_aws.Provider) -> None:
    """Declare the registry of each region that images are replicated to, the home region's, CI's roles and their keys,
    public zones, and what watches over the account that holds them."""
    aws = {stack.region: _opts(provider)}
    aws |= {region: _opts(aws_provider(stack, region)) for region in stack.replication_regions}
    replicas = [registry(stack, region, aws[region]) for region in stack.replication_regions]
    home = registry(stack, stack.region, aws[stack.region], replicas)
    push = ImagePush(
        "ci",
        ImagePushArgs(
            role=stack.ci.role,
            place=stack.place,
            repository=stack.ci.repository,
            refs=stack.ci.refs,
            registries=list(stack.registries),
        ),
        aws[stack.region],
    )
    signers = dict.fromkeys(stack.ci.signs, push.role_arn) | _signers(stack, push.provider_arn, aws[stack.region])
    keys = Signing(
        "signing",
        SigningArgs(
            prefix=stack.name,
            place=stack.place,
            signers=signers,
            deletion_window_days=stack.keys.deletion_window_days,
            protect=stack.production,
        ),
        aws[stack.region],
    )
    budget(stack, aws[stack.region])
    watch_account(stack, aws[stack.region])
    servers = {}
    for name, order in stack.zones.items():
        args = ZoneArgs(
            zone=name,
            place=stack.place,
            writers=order.writers,
            protect=stack.production,
        )
        servers[name] = Zone(f"zone-{name}", args, aws[stack.region]).name_servers
    pulumi.export("name_servers", servers)
    pulumi.export("registry_urls", home.urls)
    pulumi.export("signing_key_arns", keys.arns)
    pulumi.export("ci_role_arn", push.role_arn)
    if stack.ci.evidence:
        pulumi.export("evidence_role_arn", signers[EVIDENCE])
        pulumi.export("evidence_key_arn", keys.arns[EVIDENCE])


def watch_account(stack: GlobalStack, aws: pulumi.ResourceOptions) -> None:
    """The guard rails and the trail of the account, as ordered, and who is told of what they find."""
    ordered: dict[KeyClass, object] = {"logs": stack.watched, "audit": stack.audit, "alerts": stack.alerts}
    if not (classes := [key for key, order in ordered.items() if order]):
        return
    keys = Keys("keys", keys_args(stack, stack.place, classes), aws)
    told = alerts(stack, stack.place, keys, aws)
    guardrails(stack, keys, told, aws)
    audit(stack, keys, told, aws)


def keys_args(stack: GlobalStack, place: Place, classes: Sequence[KeyClass]) -> KeysArgs:
    """A key for each class."""
    return KeysArgs(
        prefix=stack.name,
        place=place,
        classes=classes,
        deletion_window_days=stack.keys.deletion_window_days,
        protect=stack.production,
    )


def _signers(
    stack: GlobalStack, provider_arn: pulumi.Output[str], aws: pulumi.ResourceOptions
) -> dict[str, pulumi.Output[str]]:
    """What is signed by others than CI's role, and the role that signs it."""
    order = stack.ci.evidence
    if order is None:
        return {}
    args = SignerArgs(
        role=order.role, repository=order.repository, environments=order.stacks, provider_arn=provider_arn
    )
    return {EVIDENCE: Signer("evidence-signer", args, aws).role_arn}


def registry(
    stack: GlobalStack, region: str, aws: pulumi.ResourceOptions, replicas: Sequence[Registry] = ()
) -> Registry:
    """The registry of one region with its own key, replicating to those that stand already."""
    place = Place(account=stack.account, region=region)
    keys = Keys(f"keys-{region}", keys_args(stack, place, ["registry"]), aws)
    args = RegistryArgs(
        place=place,
        key_arn=keys.arns["registry"],
        repositories={
            name: Repository(
                immutable_tags=order.immutable_tags, scan_on_push=order.scan_on_push, keep_images=order.keep_images
            )
            for name, order in stack.registries.items()
        },
        readers=stack.readers,
        replicate_to=stack.replication_regions if replicas else (),
        protect=stack.production,
        after=replicas,
    )
    return Registry(f"registry-{region}", args, aws)


def _opts(provider: pulumi_aws.Provider) -> pulumi.ResourceOptions:
    return pulumi.ResourceOptions(providers={"aws": provider})
