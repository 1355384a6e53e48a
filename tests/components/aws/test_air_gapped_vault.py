"""A vault out of reach: locked from its first day, under a key that nobody here can end."""

import pytest

from components.aws.air_gapped_vault import AirGappedVault, AirGappedVaultArgs

VAULT = "aws:backup/logicallyAirGappedVault:LogicallyAirGappedVault"


def program():
    return AirGappedVault("isolated", AirGappedVaultArgs(vault="payment-air-gapped", min_days=7, max_days=366))


@pytest.mark.req("BDR-06")
def test_an_air_gapped_vault_is_locked_as_ordered_and_names_no_key_of_this_account(built):
    vault = built(program).one(VAULT)
    assert vault.inputs["name"] == "payment-air-gapped"
    assert (vault.inputs["minRetentionDays"], vault.inputs["maxRetentionDays"]) == (7, 366)
    assert "encryptionKeyArn" not in vault.inputs
    assert vault.options["protect"] is True
