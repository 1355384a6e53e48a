"""ACM: certificates, and the wait until one is issued."""

import time

from sandbox.providers.aws.kind import Cloud
from sandbox.providers.aws.row import Call, Row
from sandbox.providers.protocol import Props, ProviderError

ARN = "arn:{partition}:acm:{region}:{account}:certificate/{own}"
_TRIES, _PAUSE_SECONDS = 20, 0.1


def _options(found: Props) -> list[Props]:
    """How each name is proved, as the vendor's provider spells it."""
    return [
        {
            "domainName": each["domainName"],
            "resourceRecordName": each["resourceRecord"]["name"],
            "resourceRecordType": each["resourceRecord"]["type"],
            "resourceRecordValue": each["resourceRecord"]["value"],
        }
        for each in found.get("domainValidationOptions") or []
    ]


def _others(found: Props) -> list[str]:
    return [name for name in found.get("subjectAlternativeNames") or [] if name != found["domainName"]]


def _await(cloud: Cloud, props: Props) -> str:
    """Until ACM has found the record of every name."""
    arn = str(props["certificateArn"])
    for _ in range(_TRIES):
        found = cloud("acm").describe_certificate(CertificateArn=arn)["Certificate"]
        if found["Status"] != "PENDING_VALIDATION":
            break
        time.sleep(_PAUSE_SECONDS)
    if found["Status"] == "ISSUED":
        return arn
    names = sorted({each["ResourceRecord"]["Name"] for each in found["DomainValidationOptions"]})
    raise ProviderError(
        f"the certificate of {found['DomainName']} is {found['Status']}: no public zone has {', '.join(names)}; "
        "deploy the stack that declares this record first"
    )


def _issued(cloud: Cloud, id_: str, props: Props) -> Props | None:
    found = cloud("acm").describe_certificate(CertificateArn=id_)["Certificate"]
    known = {"id": id_, "certificateArn": id_}
    if props.get("validationRecordFqdns"):  # which only the program knows
        known["validationRecordFqdns"] = props["validationRecordFqdns"]
    return known if found["Status"] == "ISSUED" else None


ROWS = [
    Row(
        type="aws:acm/certificate:Certificate",
        create=Call("request_certificate", "certificateArn"),
        read=Call("describe_certificate", "certificate", CertificateArn=ARN),
        delete=Call("delete_certificate", CertificateArn=ARN),
        imports=ARN,
        found={
            "arn": "certificateArn",
            "validationMethod": "domainValidationOptions[0].validationMethod",
            "domainValidationOptions": _options,
            "subjectAlternativeNames": _others,
        },
        outputs="status",
        arn=ARN,
        tags="add_tags_to_certificate remove_tags_from_certificate list_tags_for_certificate",
        replace="domainName subjectAlternativeNames validationMethod",
        sets="subjectAlternativeNames",
    ),
    Row(
        type="aws:acm/certificateValidation:CertificateValidation",
        create=_await,
        read=_issued,
        delete=lambda *_: None,  # waiting leaves nothing behind
        replace="certificateArn validationRecordFqdns",
        write_only="validationRecordFqdns",
        sets="validationRecordFqdns",
    ),
]
