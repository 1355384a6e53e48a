"""The local AWS provider: a table of resource types over boto3, one file per service."""
