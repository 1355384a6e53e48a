"""Image repositories of one region."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import pulumi
from pulumi_aws import ecr

from components.aws.place import Place
from components.aws.policies import document

PULL = ["ecr:BatchCheckLayerAvailability", "ecr:BatchGetImage", "ecr:GetDownloadUrlForLayer"]
UNTAGGED_DAYS = 14


@dataclass(frozen=True, kw_only=True)
class Repository:
    """How one repository keeps its images; `keep_images` counts the newest."""

    immutable_tags: bool = True
    scan_on_push: bool = True
    keep_images: int = 100


@dataclass(frozen=True, kw_only=True)
class RegistryArgs:
    """`readers` are other accounts that pull; `replicate_to` are regions with a registry of the same repositories.

    `protect` refuses to destroy the images.
    """

    place: Place
    key_arn: pulumi.Input[str]
    repositories: Mapping[str, Repository]
    readers: Sequence[str] = ()
    replicate_to: Sequence[str] = ()
    protect: bool = False
    after: Sequence[pulumi.Resource] = ()


class Registry(pulumi.ComponentResource):
    """Encrypted repositories, scanned on push, whose tags stay where they were put (DATA-07, C-22)."""

    urls: Mapping[str, pulumi.Output[str]]

    def __init__(self, name: str, args: RegistryArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__("platform:aws:Registry", name, None, opts)
        self._name, self._args = name, args
        self._child = pulumi.ResourceOptions(parent=self)
        repositories = {who: self._create(who, how) for who, how in args.repositories.items()}
        if args.replicate_to:
            self._replicate(list(repositories.values()))
        self.urls = {who: repository.repository_url for who, repository in repositories.items()}
        self.register_outputs({"urls": self.urls})

    def _create(self, who: str, how: Repository) -> ecr.Repository:
        name = f"{self._name}-{who}"
        repository = ecr.Repository(
            name,
            name=who,
            image_tag_mutability="IMMUTABLE" if how.immutable_tags else "MUTABLE",
            image_scanning_configuration=ecr.RepositoryImageScanningConfigurationArgs(scan_on_push=how.scan_on_push),
            encryption_configurations=[
                ecr.RepositoryEncryptionConfigurationArgs(encryption_type="KMS", kms_key=self._args.key_arn)
            ],
            tags={"Name": who},
            opts=pulumi.ResourceOptions(parent=self, protect=self._args.protect),
        )
        ecr.LifecyclePolicy(name, repository=repository.name, policy=lifecycle(how.keep_images), opts=self._child)
        if self._args.readers:
            policy = readers_policy(self._args.place, self._args.readers)
            ecr.RepositoryPolicy(name, repository=repository.name, policy=policy, opts=self._child)
        return repository

    def _replicate(self, repositories: Sequence[pulumi.Resource]) -> None:
        """After the repositories on both sides: those that replication makes itself have neither key nor lock."""
        args = self._args
        destinations = [
            ecr.ReplicationConfigurationReplicationConfigurationRuleDestinationArgs(
                region=region, registry_id=args.place.account
            )
            for region in args.replicate_to
        ]
        filters = [
            ecr.ReplicationConfigurationReplicationConfigurationRuleRepositoryFilterArgs(
                filter=who, filter_type="PREFIX_MATCH"
            )
            for who in args.repositories
        ]
        rule = ecr.ReplicationConfigurationReplicationConfigurationRuleArgs(
            destinations=destinations, repository_filters=filters
        )
        ecr.ReplicationConfiguration(
            self._name,
            replication_configuration=ecr.ReplicationConfigurationReplicationConfigurationArgs(rules=[rule]),
            opts=pulumi.ResourceOptions(parent=self, depends_on=[*repositories, *args.after]),
        )


def lifecycle(keep_images: int) -> str:
    """Untagged layers go after two weeks, the oldest images when there are too many."""
    untagged = {
        "tagStatus": "untagged",
        "countType": "sinceImagePushed",
        "countUnit": "days",
        "countNumber": UNTAGGED_DAYS,
    }
    surplus = {"tagStatus": "any", "countType": "imageCountMoreThan", "countNumber": keep_images}
    rules = [
        {"rulePriority": priority, "description": description, "selection": selection, "action": {"type": "expire"}}
        for priority, (description, selection) in enumerate(
            (("Untagged images", untagged), (f"All but the newest {keep_images} images", surplus)), start=1
        )
    ]
    return json.dumps({"rules": rules})


def readers_policy(place: Place, accounts: Sequence[str]) -> str:
    """Accounts whose clusters pull; pushing is for CI of the registry's own account."""
    roots = [f"arn:{place.partition.name}:iam::{account}:root" for account in sorted(accounts)]
    return document({"Sid": "Pull", "Effect": "Allow", "Principal": {"AWS": roots}, "Action": PULL})
