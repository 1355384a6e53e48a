"""S3, what holds for every bucket of an account."""

from sandbox.providers.aws.row import Call, Row

ROWS = [
    Row(
        type="aws:s3/accountPublicAccessBlock:AccountPublicAccessBlock",
        service="s3control",
        create=Call("put_public_access_block", AccountId="{account}"),
        read=Call("get_public_access_block", "publicAccessBlockConfiguration", AccountId="{account}"),
        delete=Call("delete_public_access_block", AccountId="{account}"),
        update={
            "blockPublicAcls blockPublicPolicy ignorePublicAcls restrictPublicBuckets": Call(
                "put_public_access_block", AccountId="{account}"
            )
        },
        id="{account}",
        within="PublicAccessBlockConfiguration",
        defaults=dict.fromkeys(
            ("blockPublicAcls", "blockPublicPolicy", "ignorePublicAcls", "restrictPublicBuckets"), False
        ),
        everywhere=True,
    ),
]
