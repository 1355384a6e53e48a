"""The certificates of one control plane: one authority, files in one folder, valid for as long as a laptop lives."""

import datetime
import ipaddress
import threading
from collections.abc import Mapping
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat, PublicFormat
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

LIFETIME = datetime.timedelta(days=3650)
SERVER_NAMES = ("localhost", "kubernetes", "kubernetes.default", "kubernetes.default.svc")
_issuing = threading.Lock()  # two first callers at once would leave a key of one beside a certificate of the other


def write(folder: Path, clients: Mapping[str, tuple[str, str]], service_address: str) -> None:
    """Write ca, server, sa (a bare key pair) and a pair per client `{file: (user, group)}` as PEM, keys of mode 600."""
    folder.mkdir(parents=True, exist_ok=True)
    authority = ec.generate_private_key(ec.SECP256R1())
    issuer = _name("laptop-cloud", "")
    _save(folder / "ca", authority, _certificate(issuer, issuer, authority, authority, None))
    names: list[x509.GeneralName] = [
        *map(x509.DNSName, SERVER_NAMES),
        *(_address(text) for text in ("127.0.0.1", service_address)),
    ]
    subjects = {"server": ("kube-apiserver", "")} | dict(clients)
    for file, (user, group) in subjects.items():
        key = ec.generate_private_key(ec.SECP256R1())
        _save(folder / file, key, _certificate(_name(user, group), issuer, key, authority, names))
    _save(folder / "sa", ec.generate_private_key(ec.SECP256R1()), None)


def issue(folder: Path, host: str) -> Path:
    """A pair for one more server, signed by the folder's authority; returns its stem. An existing pair is kept."""
    stem = folder / f"{host}.server"
    with _issuing:
        if not stem.with_suffix(".crt").exists():
            _issue(folder, host, stem)
    return stem


def _issue(folder: Path, host: str, stem: Path) -> None:
    authority = x509.load_pem_x509_certificate((folder / "ca.crt").read_bytes())
    signer = serialization.load_pem_private_key((folder / "ca.key").read_bytes(), password=None)
    if not isinstance(signer, ec.EllipticCurvePrivateKey):
        raise TypeError(f"{folder}/ca.key is no key of the laptop cloud; run `make reset`")
    key = ec.generate_private_key(ec.SECP256R1())
    _save(stem, key, _certificate(_name(host, ""), authority.subject, key, signer, [x509.DNSName(host)]))


def _name(user: str, group: str) -> x509.Name:
    groups = [x509.NameAttribute(NameOID.ORGANIZATION_NAME, group)] if group else []
    return x509.Name([*groups, x509.NameAttribute(NameOID.COMMON_NAME, user)])


def _address(text: str) -> x509.IPAddress:
    return x509.IPAddress(ipaddress.ip_address(text))


def _certificate(
    subject: x509.Name,
    issuer: x509.Name,
    key: ec.EllipticCurvePrivateKey,
    signer: ec.EllipticCurvePrivateKey,
    names: list[x509.GeneralName] | None,
) -> x509.Certificate:
    """A leaf for `names`, usable on either side of a connection, or (names is None) the authority itself."""
    now = datetime.datetime.now(datetime.UTC)
    builder = (
        x509.CertificateBuilder(issuer, subject, key.public_key(), x509.random_serial_number())
        .not_valid_before(now - datetime.timedelta(hours=1))
        .not_valid_after(now + LIFETIME)
        .add_extension(x509.BasicConstraints(ca=names is None, path_length=None), critical=True)
    )
    if names is not None:
        usages = [ExtendedKeyUsageOID.SERVER_AUTH, ExtendedKeyUsageOID.CLIENT_AUTH]
        builder = builder.add_extension(x509.SubjectAlternativeName(names), critical=False)
        builder = builder.add_extension(x509.ExtendedKeyUsage(usages), critical=False)
    return builder.sign(signer, hashes.SHA256())


def _save(stem: Path, key: ec.EllipticCurvePrivateKey, certificate: x509.Certificate | None) -> None:
    private = stem.with_suffix(".key")
    private.touch(mode=0o600)
    private.write_bytes(key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()))
    if certificate is None:
        public = key.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)
        stem.with_suffix(".pub").write_bytes(public)
    else:
        stem.with_suffix(".crt").write_bytes(certificate.public_bytes(Encoding.PEM))
