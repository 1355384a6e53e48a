"""`python -m assurance.evidence store|verify`: keep a proof in a locked bucket, or tell whether all of them are whole.

Exit status 1 if the chain is not whole, 2 if nothing could be stored or read.
"""

import argparse
import sys
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from assurance.evidence.archive import Archive
from assurance.evidence.chain import Chain, verify
from assurance.evidence.record import Category, EvidenceError
from assurance.evidence.signature import Signer, Verifier


def main() -> None:
    """Run one command."""
    words = _parser().parse_args()
    from botocore.exceptions import BotoCoreError, ClientError

    try:
        archive = Archive(_client("s3", words.region), words.bucket)
        if words.command == "store":
            chain = Chain(archive, _signer(words.key, words.key_profile))
            record = chain.store(words.category, words.type, words.event, words.proof.read_bytes())
            print(f"{record.evidence.path} is kept, and recorded after {record.previous_hash[:12]}")
            return
        found = verify(archive, Verifier(_public_key(words)), words.head)
    except ValidationError as error:
        print(
            "\n".join(f"{each['loc'][-1]} {each['input']!r}: {each['msg']}" for each in error.errors()), file=sys.stderr
        )
        sys.exit(2)
    except (EvidenceError, ValueError, OSError, BotoCoreError, ClientError) as error:
        print(error, file=sys.stderr)
        sys.exit(2)
    whole = f"the chain is whole from {found.since} on; its head is {found.head}" if found.head else "no record yet"
    print("\n".join(found.breaks) or whole)
    sys.exit(1 if found.breaks else 0)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m assurance.evidence", description=__doc__)
    commands = parser.add_subparsers(dest="command", required=True)
    store = commands.add_parser("store", help="keep a file, and record it")
    store.add_argument("--category", required=True, type=Category, choices=[*Category])
    store.add_argument("--type", required=True, help="what kind of event, such as unit-tests")
    store.add_argument("--event", required=True, help="what happened, in one line")
    store.add_argument("proof", type=Path)
    verify = commands.add_parser("verify", help="tell whether the chain is whole")
    verify.add_argument("--public-key", type=Path, help="the public half of the key, DER: the key itself is not asked")
    verify.add_argument("--head", help="the hash of a record that must be in it")
    for command in (store, verify):
        command.add_argument("--bucket", required=True)
        command.add_argument("--key", required=command is store, help="ARN of the key that signs")
        command.add_argument("--key-profile", help="who asks for the key; else whoever asks for the bucket")
        command.add_argument("--region", help="the bucket's; else what AWS_REGION says")
    return parser


def _signer(key: str, profile: str | None) -> Signer:
    parts = key.split(":")
    if len(parts) < 6 or parts[2] != "kms":
        raise EvidenceError(f"--key {key} is no key; give its ARN, which the global stack has as signing_key_arns")
    return Signer(_client("kms", parts[3], profile), key)


def _public_key(words: argparse.Namespace) -> bytes:
    if words.public_key:
        return bytes(words.public_key.read_bytes())
    if words.key:
        return _signer(words.key, words.key_profile).public_key()
    raise EvidenceError("nothing says whose signatures count; give --key or --public-key")


def _client(service: str, region: str | None, profile: str | None = None) -> Any:
    import boto3  # slow to import, and `--help` needs none

    return boto3.Session(profile_name=profile, region_name=region).client(service)


if __name__ == "__main__":
    main()
