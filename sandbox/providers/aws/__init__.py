"""The local AWS provider: a table of resource types over boto3, one file per service."""

import sys


def main() -> None:
    """Serve as `pulumi-resource-aws`."""
    from sandbox.providers.aws.provider import Aws
    from sandbox.providers.servicer import serve

    serve(Aws(), sys.argv)
