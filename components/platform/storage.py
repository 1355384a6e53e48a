"""The default storage class: gp3 volumes, encrypted with the platform's own key (EKS-08)."""

from collections.abc import Mapping
from dataclasses import dataclass, field

import pulumi
import pulumi_kubernetes as k8s


@dataclass(frozen=True, kw_only=True)
class StorageArgs:
    """`kms_key_arn`: the key for volumes; never the provider's default one, whose copies cannot leave the account.

    `tags` are those of every volume.
    """

    kms_key_arn: pulumi.Input[str]
    tags: Mapping[str, str] = field(default_factory=dict)


class Storage(pulumi.ComponentResource):
    """Every claim that names no class gets an encrypted volume in its pod's zone."""

    class_name: pulumi.Output[str]

    def __init__(self, name: str, args: StorageArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__("platform:platform:Storage", name, None, opts)
        said = (f"{key}={value}" for key, value in sorted(args.tags.items()))
        tags = {f"tagSpecification_{number}": tag for number, tag in enumerate(said, start=1)}
        gp3 = k8s.storage.v1.StorageClass(
            f"{name}-gp3",
            k8s.storage.v1.StorageClassInitArgs(
                metadata=k8s.meta.v1.ObjectMetaArgs(
                    name="gp3", annotations={"storageclass.kubernetes.io/is-default-class": "true"}
                ),
                provisioner="ebs.csi.aws.com",
                parameters={"type": "gp3", "encrypted": "true", "kmsKeyId": args.kms_key_arn, **tags},
                volume_binding_mode="WaitForFirstConsumer",
                allow_volume_expansion=True,
                reclaim_policy="Delete",
            ),
            pulumi.ResourceOptions(parent=self),
        )
        self.class_name = gp3.metadata.apply(lambda metadata: metadata.name or "gp3")
        self.register_outputs({"class_name": self.class_name})
