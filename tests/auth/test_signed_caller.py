"""A caller signed by the gateway arrives unchanged, and nothing else is believed."""

from __future__ import annotations

import base64
import json
from pathlib import Path

import jwt
import pytest
from hypothesis import given
from hypothesis import strategies as st

from auth import keys
from auth.caller import ANONYMOUS, Caller, CallerKind
from auth.errors import TokenCode, TokenRefusedError
from auth.signed_caller import (
    TOKEN_TYPE,
    CallerSigner,
    CallerVerifier,
    SignedCallerSettingsError,
    signer_from_environment,
    verifier_from_environment,
)

PAIR = keys.generate()
NAMES = st.text(max_size=8)
CALLERS = st.builds(
    Caller,
    subject=NAMES,
    kind=st.sampled_from(CallerKind),
    name=NAMES,
    roles=st.frozensets(NAMES, max_size=4),
    scopes=st.frozensets(NAMES, max_size=4),
    regions=st.frozensets(NAMES, max_size=4),
    legal_entities=st.frozensets(NAMES, max_size=4),
    all_regions=st.booleans(),
    all_legal_entities=st.booleans(),
    client=NAMES,
)
LEAD = Caller("u-1", roles=frozenset({"delivery_lead"}), regions=frozenset({"EMEA"}))


class Clock:
    def __init__(self) -> None:
        self.now = 1_800_000_000.0

    def __call__(self) -> float:
        return self.now


def refusal(verifier: CallerVerifier, token: str | None) -> TokenCode:
    with pytest.raises(TokenRefusedError) as caught:
        verifier.verify(token)
    if token and len(token) > 40:
        assert token not in str(caught.value)
    return caught.value.token_code


@given(CALLERS)
def test_any_caller_arrives_unchanged(caller: Caller) -> None:
    for signing, verifying in ((PAIR, PAIR.public), (b"s" * 32, b"s" * 32)):
        token = CallerSigner(signing).sign(caller, "billing")
        assert CallerVerifier(verifying, "billing").verify(token) == caller


def test_a_signature_is_reused_for_half_of_its_life_and_expires_after_it() -> None:
    clock = Clock()
    signer = CallerSigner(PAIR, lifetime=60, clock=clock)
    verifier = CallerVerifier(PAIR.public, "billing", leeway=5, clock=clock)
    first = signer.sign(LEAD, "billing")
    assert signer.sign(LEAD, "billing") == first
    assert signer.sign(LEAD, "project") != first
    assert signer.sign(ANONYMOUS, "billing") != first
    clock.now += 31
    assert signer.sign(LEAD, "billing") != first
    assert verifier.verify(first) == LEAD
    clock.now += 33
    assert verifier.verify(first) == LEAD
    clock.now += 1
    assert refusal(verifier, first) is TokenCode.EXPIRED
    assert refusal(verifier, first) is TokenCode.EXPIRED


def test_a_bound_correlation_id_is_proven() -> None:
    token = CallerSigner(PAIR).sign(LEAD, "billing", "request-7")
    assert CallerVerifier(PAIR.public, "billing").inspect(token).correlation_id == "request-7"


def test_another_audience_key_or_type_is_refused() -> None:
    verifier = CallerVerifier(PAIR.public, "billing")
    signer = CallerSigner(PAIR)
    assert refusal(verifier, None) is TokenCode.MISSING
    assert refusal(verifier, "") is TokenCode.MISSING
    assert refusal(verifier, signer.sign(LEAD, "project")) is TokenCode.AUDIENCE_REFUSED
    stranger = CallerSigner(keys.generate()).sign(LEAD, "billing")
    assert refusal(verifier, stranger) is TokenCode.KEY_UNKNOWN
    access_token = jwt.encode(
        jwt.decode(signer.sign(LEAD, "billing"), options={"verify_signature": False}),
        PAIR.key,
        algorithm="EdDSA",
        headers={"kid": PAIR.public.kid},
    )
    assert refusal(verifier, access_token) is TokenCode.MALFORMED


def test_no_algorithm_but_the_configured_one_is_believed() -> None:
    verifier = CallerVerifier(PAIR.public, "billing")
    claims = jwt.decode(
        CallerSigner(PAIR).sign(LEAD, "billing"), options={"verify_signature": False}
    )
    headers = {"typ": TOKEN_TYPE, "kid": PAIR.public.kid}
    unsigned = jwt.encode(claims, None, algorithm="none", headers=headers)
    assert refusal(verifier, unsigned) is TokenCode.ALGORITHM_REFUSED
    # Key confusion: the public key's bytes, which an attacker knows, taken as an HMAC secret.
    raw = PAIR.public.key.public_bytes_raw()
    confused = jwt.encode(claims, raw, algorithm="HS256", headers=headers)
    assert refusal(verifier, confused) is TokenCode.ALGORITHM_REFUSED
    asymmetric = CallerSigner(PAIR).sign(LEAD, "billing")
    assert refusal(CallerVerifier(b"s" * 32, "billing"), asymmetric) is TokenCode.ALGORITHM_REFUSED


@given(st.integers(min_value=0), st.integers(min_value=0, max_value=255))
def test_every_changed_character_is_noticed(position: int, replacement: int) -> None:
    token = CallerSigner(PAIR).sign(LEAD, "billing")
    position %= len(token)
    changed = token[:position] + chr(replacement) + token[position + 1 :]
    header, payload, _ = token.split(".")
    # The last character of base64 carries bits that no byte takes up.
    if (
        changed != token
        and position not in (len(header) - 1, len(token) - 1)
        and (position != len(header) + len(payload))
    ):
        refusal(CallerVerifier(PAIR.public, "billing"), changed)


@given(st.text(max_size=300))
def test_garbage_is_refused(text: str) -> None:
    refusal(CallerVerifier(PAIR.public, "billing"), text)


def _segment(text: str) -> str:
    return base64.urlsafe_b64encode(text.encode()).rstrip(b"=").decode()


@pytest.mark.parametrize(
    "header",
    ["[]", "null", "7", '"text"', "{", "[" * 5_000, '{"alg":7}', '{"typ":{}}', '{"kid":[]}'],
)
def test_hostile_headers_are_refused(header: str) -> None:
    refusal(CallerVerifier(PAIR.public, "billing"), f"{_segment(header)}.{_segment('{}')}.AAAA")


def test_a_huge_token_is_refused_before_it_is_read() -> None:
    assert refusal(CallerVerifier(PAIR.public, "x"), "a" * 1_000_000) is TokenCode.TOO_LARGE


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("caller", []),
        ("caller", {"kind": "god"}),
        ("caller", {"kind": "person", "roles": "admin"}),
        ("caller", {"kind": "person", "roles": [7]}),
        ("caller", {"kind": "person", "all_regions": "yes"}),
        ("caller", {"kind": "person", "name": 7}),
        ("exp", "tomorrow"),
        ("cid", 7),
    ],
)
def test_claims_of_a_wrong_form_are_refused(name: str, value: object) -> None:
    good = CallerSigner(PAIR).sign(LEAD, "billing")
    claims = jwt.decode(good, options={"verify_signature": False}) | {name: value}
    headers = {"typ": TOKEN_TYPE, "kid": PAIR.public.kid}
    token = jwt.encode(claims, PAIR.key, algorithm="EdDSA", headers=headers)
    assert refusal(CallerVerifier(PAIR.public, "billing"), token) is TokenCode.CLAIM_INVALID


def test_a_caller_from_the_future_is_refused() -> None:
    clock = Clock()
    ahead = Clock()
    ahead.now += 3_600
    token = CallerSigner(PAIR, clock=ahead).sign(LEAD, "billing")
    verifier = CallerVerifier(PAIR.public, "billing", clock=clock)
    assert refusal(verifier, token) is TokenCode.NOT_YET_VALID


def test_the_environment_configures_both_sides(tmp_path: Path) -> None:
    private, public = tmp_path / "caller.pem", tmp_path / "caller.pub.pem"
    pair = keys.load_or_create(private)
    assert keys.load_or_create(private).public == pair.public
    assert private.stat().st_mode & 0o077 == 0
    public.write_text(keys.generate().public.pem() + pair.public.pem())
    signer = signer_from_environment({"C2C_CALLER_PRIVATE_KEY_FILE": str(private)})
    assert signer is not None
    token = signer.sign(LEAD, "billing")
    by_file = verifier_from_environment({"C2C_CALLER_PUBLIC_KEY_FILE": str(public)}, "billing")
    by_value = verifier_from_environment({"C2C_CALLER_PUBLIC_KEY": public.read_text()}, "billing")
    assert by_file.verify(token) == by_value.verify(token) == LEAD
    secret = {"C2C_CALLER_SECRET": "s" * 40}
    shared = signer_from_environment(secret)
    assert shared is not None
    assert verifier_from_environment(secret, "b").verify(shared.sign(LEAD, "b")) == LEAD
    assert signer_from_environment({}) is None


@pytest.mark.parametrize(
    "environment",
    [
        {},
        {"C2C_CALLER_PUBLIC_KEY": "not a key"},
        {"C2C_CALLER_SECRET": "short"},
        {"C2C_CALLER_PUBLIC_KEY_FILE": "/nowhere/at/all"},
    ],
)
def test_a_subgraph_without_a_usable_key_does_not_start(environment: dict[str, str]) -> None:
    with pytest.raises(SignedCallerSettingsError) as caught:
        verifier_from_environment(environment, "billing")
    assert "short" not in str(caught.value)


def test_public_keys_are_written_as_json_web_keys() -> None:
    key = jwt.PyJWK(PAIR.public.jwk())
    token = jwt.encode({"sub": "u"}, PAIR.key, algorithm="EdDSA")
    assert jwt.decode(token, key, algorithms=["EdDSA"]) == {"sub": "u"}
    assert json.dumps(PAIR.public.jwk())
