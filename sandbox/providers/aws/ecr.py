"""ECR: repositories, their policies, and the registry's replication."""

from typing import Any

from sandbox.providers.aws.kind import Cloud, Kind, call, lower, one, tag_list, tag_map
from sandbox.providers.protocol import Props


def _create(cloud: Cloud, props: Props) -> str:
    encryption = one(props, "encryptionConfigurations")
    cloud("ecr").create_repository(
        repositoryName=props["name"],
        imageTagMutability=props.get("imageTagMutability", "MUTABLE"),
        imageScanningConfiguration=_scanning(props),
        **({"encryptionConfiguration": encryption} if encryption else {}),
        tags=tag_list(props),
    )
    return str(props["name"])


def _scanning(props: Props) -> dict[str, bool]:
    return {"scanOnPush": bool(one(props, "imageScanningConfiguration").get("scanOnPush"))}


def _read(cloud: Cloud, name: str, _: Props) -> Props | None:
    repository = cloud("ecr").describe_repositories(repositoryNames=[name])["repositories"][0]
    arn = repository["repositoryArn"]
    return {
        **lower(repository, "imageTagMutability", "imageScanningConfiguration", "registryId"),
        "name": name,
        "arn": arn,
        "repositoryUrl": repository["repositoryUri"],
        "encryptionConfigurations": [repository["encryptionConfiguration"]],
        "tagsAll": tag_map(cloud("ecr").list_tags_for_resource(resourceArn=arn)["tags"]),
    }


def _tag(cloud: Cloud, _: str, props: Props, tags: dict[str, str], gone: list[str]) -> None:
    if gone:
        cloud("ecr").untag_resource(resourceArn=props["arn"], tagKeys=gone)
    cloud("ecr").tag_resource(resourceArn=props["arn"], tags=tag_list({"tagsAll": tags}))


def _policy(type_: str, put: str, get: str, delete: str, text: str) -> Kind:
    """A document that hangs on a repository; its id is the repository's name."""

    def write(cloud: Cloud, _: str, props: Props) -> None:
        getattr(cloud("ecr"), put)(repositoryName=props["repository"], **{text: props["policy"]})

    def create(cloud: Cloud, props: Props) -> str:
        write(cloud, "", props)
        return str(props["repository"])

    def read(cloud: Cloud, id_: str, _: Props) -> Props | None:
        answer: dict[str, Any] = getattr(cloud("ecr"), get)(repositoryName=id_)
        return {"repository": id_, "policy": answer[text], "registryId": answer["registryId"]}

    return Kind(
        type=type_,
        create=create,
        read=read,
        delete=call("ecr", delete, "repositoryName"),
        update={"policy": write},
        replace=frozenset({"repository"}),
        delete_first=True,
    )


def _set_replication(cloud: Cloud, _: str, props: Props) -> None:
    rules = one(props, "replicationConfiguration").get("rules") or []
    cloud("ecr").put_replication_configuration(replicationConfiguration={"rules": rules})


def _create_replication(cloud: Cloud, props: Props) -> str:
    _set_replication(cloud, "", props)
    return cloud.account


def _read_replication(cloud: Cloud, _: str, __: Props) -> Props | None:
    registry = cloud("ecr").describe_registry()
    rules = registry["replicationConfiguration"]["rules"]
    return {"registryId": registry["registryId"], "replicationConfiguration": {"rules": rules}} if rules else None


ROWS = [
    Kind(
        type="aws:ecr/repository:Repository",
        create=_create,
        read=_read,
        delete=call("ecr", "delete_repository", "repositoryName", force="forceDelete"),
        update={
            "imageTagMutability": lambda cloud, name, props: cloud("ecr").put_image_tag_mutability(
                repositoryName=name, imageTagMutability=props.get("imageTagMutability", "MUTABLE")
            ),
            "imageScanningConfiguration": lambda cloud, name, props: cloud("ecr").put_image_scanning_configuration(
                repositoryName=name, imageScanningConfiguration=_scanning(props)
            ),
            "forceDelete": None,
        },
        replace=frozenset({"encryptionConfigurations"}),
        name="name",
        tag=_tag,
        write_only=frozenset({"forceDelete"}),
    ),
    _policy(
        "aws:ecr/lifecyclePolicy:LifecyclePolicy",
        "put_lifecycle_policy",
        "get_lifecycle_policy",
        "delete_lifecycle_policy",
        "lifecyclePolicyText",
    ),
    _policy(
        "aws:ecr/repositoryPolicy:RepositoryPolicy",
        "set_repository_policy",
        "get_repository_policy",
        "delete_repository_policy",
        "policyText",
    ),
    Kind(
        type="aws:ecr/replicationConfiguration:ReplicationConfiguration",
        create=_create_replication,
        read=_read_replication,
        delete=lambda cloud, id_, _: _set_replication(cloud, id_, {}),
        update={"replicationConfiguration": _set_replication},
    ),
]
