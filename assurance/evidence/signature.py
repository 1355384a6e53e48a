"""Signatures by a key that never leaves KMS (KMS-07), and their proof by its public half, which needs no AWS."""

import base64
import binascii
from dataclasses import dataclass
from typing import Any

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ec import ECDSA, EllipticCurvePublicKey
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import load_der_public_key

from assurance.evidence.record import EvidenceError

ALGORITHM = "ECDSA_SHA_256"


@dataclass(frozen=True)
class Signer:
    """The key `key` of an account, through a client of KMS that may sign by it."""

    kms: Any
    key: str

    def sign(self, message: bytes) -> str:
        """The signature of at most 4096 bytes, in base64."""
        said = self.kms.sign(KeyId=self.key, Message=message, MessageType="RAW", SigningAlgorithm=ALGORITHM)
        return base64.b64encode(said["Signature"]).decode()

    def public_key(self) -> bytes:
        """The public half, DER."""
        return bytes(self.kms.get_public_key(KeyId=self.key)["PublicKey"])


class Verifier:
    """Tells by a public key (DER) who signed; EvidenceError if it is of another kind."""

    def __init__(self, public_key: bytes) -> None:
        key = load_der_public_key(public_key)
        if not isinstance(key, EllipticCurvePublicKey):
            raise EvidenceError(f"{type(key).__name__} verifies no {ALGORITHM}; give a key on an elliptic curve")
        self._key = key

    def holds(self, message: bytes, signature: str) -> bool:
        """Whether the signature is the key's, over this message."""
        try:
            self._key.verify(base64.b64decode(signature, validate=True), message, ECDSA(SHA256()))
        except (InvalidSignature, binascii.Error):
            return False
        return True
