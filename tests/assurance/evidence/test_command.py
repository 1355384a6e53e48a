"""`python -m assurance.evidence`, as a pipeline calls it."""

from pathlib import Path

import pytest

from assurance.evidence import __main__
from assurance.evidence.signature import Signer
from tests.assurance.evidence.conftest import BUCKET, REGION, Vault

pytestmark = pytest.mark.req("CMP-11")


def run(monkeypatch: pytest.MonkeyPatch, command: str, *words: object) -> int:
    monkeypatch.setattr("sys.argv", ["evidence", command, "--bucket", BUCKET, "--region", REGION, *map(str, words)])
    try:
        __main__.main()
    except SystemExit as ended:
        return int(ended.code or 0)
    return 0


@pytest.fixture
def proof(tmp_path: Path) -> Path:
    path = tmp_path / "junit.xml"
    path.write_text("<testsuite/>")
    return path


def _words(key: str, proof: Path) -> list[object]:
    return ["--key", key, "--category", "Tests", "--type", "unit-tests", "--event", "all passed", proof]


def test_what_is_stored_is_found_whole_by_the_key_and_by_its_public_half(vault: Vault, monkeypatch, capsys, proof):
    assert run(monkeypatch, "store", *_words(vault.key, proof)) == 0
    assert b"<testsuite/>" in [vault.archive.read(key) for key in vault.listed() if "/proof/" in key]
    public = proof.with_name("key.der")
    public.write_bytes(Signer(vault.kms, vault.key).public_key())
    capsys.readouterr()
    assert run(monkeypatch, "verify", "--key", vault.key) == 0
    assert run(monkeypatch, "verify", "--public-key", public) == 0
    whole = "the chain is whole from audit/2000/01/01/00000000.json on; its head is "
    assert [line.rpartition(" ")[0] + " " for line in capsys.readouterr().out.splitlines()] == [whole] * 2


def test_a_chain_that_is_not_whole_fails_and_says_where(vault: Vault, monkeypatch, capsys, proof):
    run(monkeypatch, "store", *_words(vault.key, proof))
    capsys.readouterr()
    assert run(monkeypatch, "verify", "--key", vault.another_key()) == 1
    assert capsys.readouterr().out.endswith("00000001.json is not signed by the key\n")
    assert run(monkeypatch, "verify", "--key", vault.key, "--head", "0" * 64) == 1
    assert capsys.readouterr().out == f"the record of hash {'0' * 64} is not in the chain\n"


def test_the_key_may_be_asked_for_by_somebody_else(vault: Vault, monkeypatch, capsys, proof):
    profiles = proof.with_name("config")
    profiles.write_text("[profile signer]\naws_access_key_id = AKIASIGNER\naws_secret_access_key = none\n")
    monkeypatch.setenv("AWS_CONFIG_FILE", str(profiles))
    asked: list[tuple[str, str | None]] = []
    known = __main__._client

    def client(service: str, region: str | None, profile: str | None = None):
        found = known(service, region, profile)
        asked.append((service, found._request_signer._credentials.access_key))
        return found

    monkeypatch.setattr(__main__, "_client", client)
    assert run(monkeypatch, "store", "--key-profile", "signer", *_words(vault.key, proof)) == 0
    assert dict(asked)["kms"] == "AKIASIGNER" != dict(asked)["s3"]
    capsys.readouterr()
    assert run(monkeypatch, "store", "--key-profile", "nobody", *_words(vault.key, proof)) == 2
    assert capsys.readouterr().err == "The config profile (nobody) could not be found\n"


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({"--key": "alias/x"}, "--key alias/x is no key; give its ARN, which the global stack has as signing_key_arns"),
        ({"--type": "Unit Tests"}, "type 'Unit Tests': String should match pattern '^[a-z][a-z0-9-]{1,62}$'"),
        ({"--event": " "}, "event ' ': String should have at least 1 character"),
    ],
)
def test_what_cannot_be_recorded_is_refused_and_nothing_is_kept(
    vault: Vault, monkeypatch, capsys, proof, changed: dict[str, str], said: str
):
    words = _words(vault.key, proof)
    for option, value in changed.items():
        words[words.index(option) + 1] = value
    assert run(monkeypatch, "store", *words) == 2
    assert capsys.readouterr().err == f"{said}\n"
    assert vault.s3.list_objects_v2(Bucket=BUCKET)["KeyCount"] == 0


def test_without_a_key_nobodys_signature_counts(vault: Vault, monkeypatch, capsys):
    assert run(monkeypatch, "verify") == 2
    assert capsys.readouterr().err == "nothing says whose signatures count; give --key or --public-key\n"


def test_a_key_of_another_kind_is_refused(vault: Vault, monkeypatch, capsys):
    key = vault.kms.create_key(KeyUsage="SIGN_VERIFY", KeySpec="RSA_2048")["KeyMetadata"]["Arn"]
    assert run(monkeypatch, "verify", "--key", key) == 2
    assert capsys.readouterr().err == "RSAPublicKey verifies no ECDSA_SHA_256; give a key on an elliptic curve\n"
