"""Tokens for the right credentials, for a while."""

from __future__ import annotations

import base64

import pytest

from subgraphs.systems_of_record.sandbox.access import ClientCredentials, TokenIssuer

CREDENTIALS = ClientCredentials("client", "s:e%c ret")
FORM = {
    "grant_type": "client_credentials",
    "client_id": "client",
    "client_secret": "s:e%c ret",
}


def basic(text: str) -> str:
    return "Basic " + base64.b64encode(text.encode()).decode()


class Clock:
    now = 100.0

    def __call__(self) -> float:
        return self.now


def test_a_token_is_good_until_its_end() -> None:
    clock = Clock()
    issuer = TokenIssuer(CREDENTIALS, lifetime=10, clock=clock)
    token = issuer.issue(FORM, None)
    assert token is not None
    assert issuer.verify(f"Bearer {token}")
    assert issuer.verify(f"bearer {token}")
    clock.now += 10
    assert not issuer.verify(f"Bearer {token}")


def test_a_forgotten_token_is_none() -> None:
    issuer = TokenIssuer(CREDENTIALS)
    token = issuer.issue(FORM, None)
    issuer.forget()
    assert not issuer.verify(f"Bearer {token}")


def test_credentials_may_stand_in_the_header() -> None:
    issuer = TokenIssuer(CREDENTIALS)
    grant = {"grant_type": "client_credentials"}
    # RFC 6749, section 2.3.1: both parts are form-encoded first.
    assert issuer.issue(grant, basic("client:s%3Ae%25c+ret"))
    assert issuer.issue(grant, basic("client:wrong")) is None


@pytest.mark.parametrize(
    ("form", "header"),
    [
        ({}, None),
        (FORM | {"client_secret": "wrong"}, None),
        (FORM | {"client_id": "other"}, None),
        (FORM | {"client_secret": "ü"}, None),
        (FORM | {"grant_type": "password"}, None),
        (FORM, "Basic ???"),
        (FORM, basic("client")),
        (FORM, "Basic " + base64.b64encode(bytes([255])).decode()),
    ],
)
def test_anything_else_gets_no_token(form: dict[str, str], header: str | None) -> None:
    assert TokenIssuer(CREDENTIALS).issue(form, header) is None


def test_a_secret_is_not_shown() -> None:
    assert "s:e%c" not in repr(CREDENTIALS)
