"""IAM Access Analyzer: who outside can reach what an account has."""

from sandbox.providers.aws.row import Call, Row

ROWS = [
    Row(
        type="aws:accessanalyzer/analyzer:Analyzer",
        create=Call("create_analyzer"),
        read=Call("get_analyzer", "analyzer"),
        delete="delete_analyzer",
        id="{analyzerName}",
        found={"analyzerName": "name", "arn": "arn"},
        arn="{arn}",
        tags="tag_resource untag_resource",
        replace="type",
        defaults={"type": "ACCOUNT"},
        name="analyzerName",
    ),
]
