"""ECR: repositories, their policies, and the registry's replication."""

from sandbox.providers.aws.row import Call, Row


def _policy(type_: str, put: str, get: str, delete: str, text: str) -> Row:
    """A document that hangs on a repository."""
    return Row(
        type=type_,
        create=Call(put),
        read=Call(get, "@"),
        delete=delete,
        update={"policy": put},
        id="{repository}",
        names={"repository": "repositoryName", "policy": text},
        outputs="registryId",
        replace="repository",
        delete_first=True,
    )


ROWS = [
    Row(
        type="aws:ecr/repository:Repository",
        create=Call("create_repository"),
        read=Call("describe_repositories", "repositories[0]"),
        delete=Call("delete_repository", takes="forceDelete"),
        update={
            "imageTagMutability": "put_image_tag_mutability",
            "imageScanningConfiguration": "put_image_scanning_configuration",
        },
        id="{name}",
        names={"name": "repositoryName", "forceDelete": "force"},
        found={
            "repositoryUrl": "repositoryUri",
            "arn": "repositoryArn",
            "encryptionConfigurations": "[encryptionConfiguration]",
        },
        outputs="registryId",
        arn="ecr:repository/{name}",
        tags="tag_resource untag_resource list_tags_for_resource",
        replace="encryptionConfigurations",
        write_only="forceDelete",
        defaults={"imageTagMutability": "MUTABLE", "imageScanningConfiguration": {"scanOnPush": False}},
        name="name",
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
    Row(
        type="aws:ecr/replicationConfiguration:ReplicationConfiguration",
        create=Call("put_replication_configuration"),
        read=Call("describe_registry", "replicationConfiguration.rules && @"),
        delete=Call("put_replication_configuration", replicationConfiguration={"rules": []}),
        update={"replicationConfiguration": "put_replication_configuration"},
        id="{account}",
        outputs="registryId",
    ),
]
