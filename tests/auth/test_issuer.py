"""The development issuer's tokens pass the same verifier as any other."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from auth.issuer import (
    AUDIENCE,
    ISSUER,
    DevelopmentIssuer,
    demonstration_callers,
    further_approvers,
)
from auth.jwks import jwks_source
from auth.tokens import TokenVerifier, TrustedIssuer


async def test_minted_tokens_prove_the_demonstration_callers(tmp_path: Path) -> None:
    issuer = DevelopmentIssuer.open(tmp_path / "issuer")
    verifier = TokenVerifier(
        [
            TrustedIssuer(
                keys=jwks_source(str(issuer.jwks_file)),
                issuers=frozenset({ISSUER}),
                audiences=frozenset({AUDIENCE}),
            )
        ]
    )
    await verifier.start()
    callers = demonstration_callers("EMEA", "DE01")
    assert list(callers) == [
        "delivery-lead",
        "finance-approver",
        "integration-operations",
        "portal-service",
    ]
    for caller in (*callers.values(), *further_approvers().values()):
        assert await verifier.verify(issuer.mint(caller)) == caller
    await verifier.close()


def test_the_key_survives_a_restart_and_is_private(tmp_path: Path) -> None:
    first, second = DevelopmentIssuer.open(tmp_path), DevelopmentIssuer.open(tmp_path)
    assert first.key.public.kid == second.key.public.kid
    assert (tmp_path / "signing.pem").stat().st_mode & 0o077 == 0
    assert "PRIVATE" not in first.jwks_file.read_text()
    assert '"d"' not in first.jwks_file.read_text()


def test_the_delivery_lead_can_be_a_person_of_the_data() -> None:
    lead = demonstration_callers("EMEA", "DE01")["delivery-lead"]
    person = replace(lead, subject="person-7", name="Ada")
    assert demonstration_callers("EMEA", "DE01", person)["delivery-lead"] == person
