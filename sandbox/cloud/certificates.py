"""ACM beyond moto: a certificate is issued once its record stands in a public zone, and not because time has passed."""

from hashlib import sha256
from typing import Any

from moto.acm.models import CertBundle
from moto.route53.models import route53_backends

_describe = CertBundle.describe


def record(account: str, name: str) -> dict[str, str]:
    """The record that proves a name: the same in every region of an account, and for the name with `*.` before it."""
    host = name.removeprefix("*.")
    proof = sha256(f"{account} {host}".encode()).hexdigest()
    value = f"_{proof[32:]}.acm-validations.aws."
    return {"Name": f"_{proof[:32]}.{host}.", "Type": "CNAME", "Value": value}


def _stands(wanted: dict[str, str]) -> bool:
    """Whether any account of this local AWS has the record in a zone; whoever asks the DNS does not see accounts."""
    backends: Any = route53_backends
    for _, _, backend in backends.iter_backends():
        for zone in backend.zones.values():
            for each in zone.rrsets:
                if each.type == wanted["Type"] and each.name.rstrip(".") == wanted["Name"].rstrip("."):
                    return [_text(value).rstrip(".") for value in each.records] == [wanted["Value"].rstrip(".")]
    return False


def _text(value: str | dict[str, str]) -> str:
    """moto keeps what was put in one batch as texts, and what was put in another as they came."""
    return value if isinstance(value, str) else value["Value"]


def _names(bundle: Any) -> list[str]:
    first = bundle.common_name
    return [first, *sorted({*bundle.sans} - {first})]


def _check(self: Any) -> None:
    if self.type == "AMAZON_ISSUED" and self.status == "PENDING_VALIDATION":
        account = self.arn.split(":")[4]
        if all(_stands(record(account, name)) for name in _names(self)):
            self.status = "ISSUED"


def _told(self: Any) -> dict[str, Any]:
    said = _describe(self)
    found, account = said["Certificate"], self.arn.split(":")[4]
    options = {each["DomainName"]: each for each in found.get("DomainValidationOptions", ())}
    for name, each in options.items():
        each["ResourceRecord"] = record(account, name)
    if options:  # in an order that does not change with the process
        found["DomainValidationOptions"] = [options[name] for name in _names(self)]
        found["SubjectAlternativeNames"] = _names(self)
    return said


def install() -> None:
    """Add to moto what it lacks."""
    bundle: Any = CertBundle
    bundle.check, bundle.describe = _check, _told


GAPS = {
    "ACM": "certificates are issued when their record stands in a zone of the local AWS; nobody signs them, and none "
    "is renewed",
}
