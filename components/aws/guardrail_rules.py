"""Rules on what an account has, judged by Config (CMP-01)."""

from collections.abc import Mapping

# AWS's own rules, one for each thing that no account here may have.
RULES: Mapping[str, str] = {
    "bucket-tls": "S3_BUCKET_SSL_REQUESTS_ONLY",
    "cloud-trail": "CLOUD_TRAIL_ENABLED",
    "cloud-trail-validated": "CLOUD_TRAIL_LOG_FILE_VALIDATION_ENABLED",
    "database-encrypted": "RDS_STORAGE_ENCRYPTED",
    "database-private": "RDS_INSTANCE_PUBLIC_ACCESS_CHECK",
    "eks-endpoint-private": "EKS_ENDPOINT_NO_PUBLIC_ACCESS",
    "eks-secrets-encrypted": "EKS_SECRETS_ENCRYPTED",
    "key-rotated": "CMK_BACKING_KEY_ROTATION_ENABLED",
    "root-without-keys": "IAM_ROOT_ACCESS_KEY_CHECK",
    "ssh-closed": "INCOMING_SSH_DISABLED",
    "volumes-encrypted": "ENCRYPTED_VOLUMES",
}
