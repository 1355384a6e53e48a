"""IAM, KMS and logs beyond moto: AWS's own policies, documents that must parse, and changes that moto leaves out."""

import functools
import json
from typing import Any

from moto.core.exceptions import JsonRESTError
from moto.core.responses import ActionResult, EmptyResult
from moto.iam import models as iam
from moto.iam.responses import IamResponse
from moto.kms import models as kms_models
from moto.kms.models import KmsBackend
from moto.kms.utils import AbstractPrivateKey, KeySpec, generate_private_key
from moto.logs.exceptions import ResourceNotFoundException
from moto.logs.responses import LogsResponse
from moto.utilities import utils

_create_role, _attach, _get = iam.IAMBackend.create_role, iam.IAMBackend.attach_role_policy, iam.IAMBackend.get_policy
_create_key, _put_key_policy = KmsBackend.create_key, KmsBackend.put_key_policy


@functools.cache
def _managed() -> dict[str, Any]:
    """AWS's own policies as moto has them; parsing them for every account and partition would take seconds."""
    policies: dict[str, Any] = json.loads(iam.aws_managed_policies_data)
    return policies


def _admit(backend: iam.IAMBackend, arn: str) -> None:
    """Make one of AWS's own policies known to an account when it is first named."""
    name = arn.rpartition("/")[2]
    if arn in backend.managed_policies or ":iam::aws:policy/" not in arn or name not in _managed():
        return
    policy = iam.AWSManagedPolicy.from_data(name, backend.account_id, backend.region_name, _managed()[name])
    if policy.arn == arn:
        backend.managed_policies[arn] = policy


def _attach_role_policy(self: iam.IAMBackend, policy_arn: str, role_name: str) -> None:
    _admit(self, policy_arn)
    _attach(self, policy_arn, role_name)


def _get_policy(self: iam.IAMBackend, policy_arn: str) -> iam.ManagedPolicy:
    _admit(self, policy_arn)
    return _get(self, policy_arn)


def _create_trusted_role(self: iam.IAMBackend, role_name: str, document: str, *rest: Any, **more: Any) -> iam.Role:
    iam.IAMTrustPolicyDocumentValidator(document).validate()
    return _create_role(self, role_name, document, *rest, **more)


def _change_audience(self: IamResponse, add: bool) -> ActionResult:
    provider = self.backend.get_open_id_connect_provider(self._get_param("OpenIDConnectProviderArn"))
    client = self._get_param("ClientID")
    others = [each for each in provider.client_id_list if each != client]
    provider.client_id_list = [*others, client] if add else others
    return EmptyResult()


def _refuse_malformed(policy: str | None) -> None:
    try:
        json.loads(policy or "{}")
    except ValueError as error:
        message = f"The policy is not a JSON document: {error}"
        raise JsonRESTError("MalformedPolicyDocumentException", message) from None


def _create_guarded_key(self: KmsBackend, policy: str | None, *rest: Any, **more: Any) -> Any:
    _refuse_malformed(policy)
    return _create_key(self, policy, *rest, **more)


_spare = functools.cache(generate_private_key)


def _key_pair(key_spec: str) -> AbstractPrivateKey:
    """A symmetric key never signs, yet moto computes an RSA pair for each, its dearest call by far: they share one."""
    return (_spare if key_spec == KeySpec.SYMMETRIC_DEFAULT else generate_private_key)(key_spec)


def _put_guarded_policy(self: KmsBackend, key_id: str, policy: str) -> None:
    _refuse_malformed(policy)
    _put_key_policy(self, key_id, policy)


def _encrypt(self: LogsResponse, key: str | None) -> str:
    group = self.logs_backend.groups.get(self._get_param("logGroupName"))
    if group is None:
        raise ResourceNotFoundException()
    group.kms_key_id = key
    return ""


def install() -> None:
    """Replace what moto does otherwise, and add what it lacks."""
    utils.REGION_PREFIX_TO_PARTITION["us-gov"] = (
        "aws-us-gov"  # the region of iam.us-gov.amazonaws.com, as moto reads it
    )
    backend: Any = iam.IAMBackend
    backend._init_aws_policies = lambda self: []
    backend.attach_role_policy, backend.get_policy = _attach_role_policy, _get_policy
    backend.create_role = _create_trusted_role
    responses: Any = IamResponse
    responses.add_client_id_to_open_id_connect_provider = lambda self: _change_audience(self, add=True)
    responses.remove_client_id_from_open_id_connect_provider = lambda self: _change_audience(self, add=False)
    kms_models.generate_private_key = _key_pair
    kms: Any = KmsBackend
    kms.create_key, kms.put_key_policy = _create_guarded_key, _put_guarded_policy
    logs: Any = LogsResponse
    logs.associate_kms_key = lambda self: _encrypt(self, self._get_param("kmsKeyId"))
    logs.disassociate_kms_key = lambda self: _encrypt(self, None)


GAPS = {
    "IAM policies of AWS": "are those of moto's own copy; an account lists the ones that it has named",
}
