"""Access tokens: what proves a caller, and everything that does not."""

from __future__ import annotations

import hmac
import json
from collections.abc import Callable
from typing import Any

import jwt
import pytest
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from hypothesis import given
from hypothesis import strategies as st

from auth import keys
from auth.caller import Caller, CallerKind
from auth.errors import KeysUnavailableError, TokenCode, TokenRefusedError
from auth.jwks import JwksSource, read_key_set
from auth.tokens import DEFAULT_ALGORITHMS, TokenVerifier, TrustedIssuer

NOW = 1_800_000_000.0
PAIR, OTHER = keys.generate(), keys.generate()
RSA_KEY = rsa.generate_private_key(public_exponent=65_537, key_size=2_048)
EC_KEY = ec.generate_private_key(ec.SECP256R1())
CLAIMS: dict[str, Any] = {
    "iss": "https://idp.example",
    "aud": ["graph", "other"],
    "sub": "user-1",
    "iat": NOW,
    "exp": NOW + 300,
    "name": "Ada",
    "roles": ["delivery_lead"],
    "scope": "engagement:read engagement:provision",
    "regions": ["EMEA"],
    "legal_entities": ["DE01"],
    "client_id": "portal",
}


class Clock:
    def __init__(self) -> None:
        self.now = NOW

    def __call__(self) -> float:
        return self.now


class Published:
    """A key set as an identity provider publishes it; counts how often it is fetched."""

    def __init__(self, *entries: dict[str, Any]) -> None:
        self.entries = list(entries)
        self.fetches = 0
        self.down = False

    async def __call__(self) -> bytes:
        self.fetches += 1
        if self.down:
            raise OSError("down")
        return json.dumps({"keys": self.entries}).encode()


def source(published: Published, clock: Callable[[], float] | None = None) -> JwksSource:
    return JwksSource("test", published, clock=clock or Clock())


def trusted(published: Published, **options: Any) -> TrustedIssuer:
    defaults: dict[str, Any] = {
        "issuers": frozenset({"https://idp.example"}),
        "audiences": frozenset({"graph"}),
    }
    return TrustedIssuer(keys=source(published), **{**defaults, **options})


def verifier(*issuers: TrustedIssuer, clock: Callable[[], float] | None = None) -> TokenVerifier:
    return TokenVerifier(issuers, clock=clock or Clock())


def rsa_jwk(kid: str, key: rsa.RSAPrivateKey = RSA_KEY) -> dict[str, Any]:
    return {**json.loads(jwt.algorithms.RSAAlgorithm.to_jwk(key.public_key())), "kid": kid}


def token(
    changes: dict[str, Any] | None = None,
    *,
    key: Any = PAIR.key,
    algorithm: str | None = "EdDSA",
    kid: str | None = PAIR.public.kid,
    without: str = "",
    **headers: Any,
) -> str:
    claims = {**CLAIMS, **(changes or {})}
    claims.pop(without, None)
    headers = {**({"kid": kid} if kid else {}), **headers}
    # The layer below `jwt.encode`, which refuses to make some of the claims that are tried here.
    payload = json.dumps(claims).encode()
    return jwt.PyJWS().encode(payload, key, algorithm=algorithm, headers={"typ": "JWT", **headers})


async def refusal(subject: TokenVerifier, text: str | None) -> TokenRefusedError:
    with pytest.raises(TokenRefusedError) as caught:
        await subject.verify(text)
    if text and len(text) > 40:
        assert text not in repr(caught.value)
        assert all(part not in repr(caught.value) for part in text.split(".") if len(part) > 20)
    return caught.value


async def test_a_good_token_becomes_the_caller() -> None:
    subject = verifier(trusted(Published(PAIR.public.jwk())))
    assert await subject.verify(token()) == Caller(
        subject="user-1",
        kind=CallerKind.PERSON,
        name="Ada",
        roles=frozenset({"delivery_lead"}),
        scopes=frozenset({"engagement:read", "engagement:provision"}),
        regions=frozenset({"EMEA"}),
        legal_entities=frozenset({"DE01"}),
        client="portal",
    )


async def test_absent_claims_cover_nothing_and_only_a_star_covers_everything() -> None:
    subject = verifier(trusted(Published(PAIR.public.jwk())))
    nothing = await subject.verify(token(without="regions"))
    assert (nothing.regions, nothing.all_regions) == (frozenset(), False)
    everything = await subject.verify(token({"regions": ["*"]}))
    assert (everything.regions, everything.all_regions) == (frozenset(), True)
    assert not everything.all_legal_entities


@pytest.mark.parametrize(
    ("changes", "kind"),
    [
        ({"kind": "agent"}, CallerKind.AGENT),
        ({"kind": "service"}, CallerKind.SERVICE),
        ({"sub": "portal"}, CallerKind.SERVICE),
        ({"gty": "client-credentials"}, CallerKind.SERVICE),
    ],
)
async def test_the_kind_of_caller(changes: dict[str, Any], kind: CallerKind) -> None:
    subject = verifier(trusted(Published(PAIR.public.jwk())))
    assert (await subject.verify(token(changes))).kind is kind


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"iss": "https://evil.example"}, TokenCode.ISSUER_REFUSED),
        ({"iss": ["https://idp.example"]}, TokenCode.ISSUER_REFUSED),
        ({"aud": "else"}, TokenCode.AUDIENCE_REFUSED),
        ({"aud": 7}, TokenCode.AUDIENCE_REFUSED),
        ({"exp": NOW - 31}, TokenCode.EXPIRED),
        ({"exp": "soon"}, TokenCode.CLAIM_INVALID),
        ({"exp": True}, TokenCode.CLAIM_INVALID),
        ({"exp": float("inf")}, TokenCode.CLAIM_INVALID),
        ({"exp": -1}, TokenCode.CLAIM_INVALID),
        ({"nbf": NOW + 31}, TokenCode.NOT_YET_VALID),
        ({"iat": NOW + 31}, TokenCode.NOT_YET_VALID),
        ({"sub": ""}, TokenCode.CLAIM_INVALID),
        ({"roles": {"admin": True}}, TokenCode.CLAIM_INVALID),
        ({"regions": [7]}, TokenCode.CLAIM_INVALID),
        ({"scope": 7}, TokenCode.CLAIM_INVALID),
        ({"kind": "god"}, TokenCode.CLAIM_INVALID),
        ({"kind": "anonymous"}, TokenCode.CLAIM_INVALID),
        ({"kind": []}, TokenCode.CLAIM_INVALID),
        ({"name": ["Ada"]}, TokenCode.CLAIM_INVALID),
    ],
)
async def test_claims_that_are_refused(changes: dict[str, Any], code: TokenCode) -> None:
    subject = verifier(trusted(Published(PAIR.public.jwk())))
    assert (await refusal(subject, token(changes))).token_code is code


@pytest.mark.parametrize("name", ["exp", "sub", "aud", "iss", "tenant"])
async def test_required_claims(name: str) -> None:
    subject = verifier(
        trusted(Published(PAIR.public.jwk()), required_claims=frozenset({"tenant", "iss"}))
    )
    caught = await refusal(subject, token({"tenant": "t"}, without=name))
    expected = TokenCode.ISSUER_REFUSED if name == "iss" else TokenCode.CLAIM_MISSING
    assert caught.token_code is expected


async def test_clock_skew_is_allowed_on_both_sides() -> None:
    subject = verifier(trusted(Published(PAIR.public.jwk()), leeway=30))
    assert await subject.verify(token({"exp": NOW - 29}))
    assert await subject.verify(token({"nbf": NOW + 29, "iat": NOW + 29}))


def confused(secret: bytes) -> str:
    """Signed by hand, because the library refuses to take public keys for secrets."""
    header, payload, _ = token(key=b"x" * 32, algorithm="HS256").split(".")
    signature = hmac.digest(secret, f"{header}.{payload}".encode(), "sha256")
    return f"{header}.{payload}.{jwt.utils.base64url_encode(signature).decode()}"


async def test_neither_none_nor_key_confusion_gets_through() -> None:
    published = Published(PAIR.public.jwk(), rsa_jwk("rsa"))
    subject = verifier(trusted(published))
    attempts = [
        token(key=None, algorithm="none"),
        token(key=PAIR.public.key.public_bytes_raw(), algorithm="HS256"),
        confused(json.dumps(PAIR.public.jwk()).encode()),
        confused(PAIR.public.pem().encode()),
        token(key=b"x" * 32, algorithm="HS256", kid="rsa"),
    ]
    for attempt in attempts:
        assert (await refusal(subject, attempt)).token_code is TokenCode.ALGORITHM_REFUSED
    # An algorithm that is allowed, with another key's id: the key decides, not the token.
    swapped = token(key=RSA_KEY, algorithm="RS256", kid=PAIR.public.kid)
    assert (await refusal(subject, swapped)).token_code is TokenCode.KEY_UNKNOWN
    with pytest.raises(ValueError, match="HS256"):
        trusted(published, algorithms=frozenset({"HS256"}))


async def test_algorithms_outside_the_list_are_refused() -> None:
    subject = verifier(trusted(Published(rsa_jwk("rsa")), algorithms=frozenset({"PS256"})))
    made = token(key=RSA_KEY, algorithm="RS256", kid="rsa")
    assert (await refusal(subject, made)).token_code is TokenCode.ALGORITHM_REFUSED
    assert await subject.verify(token(key=RSA_KEY, algorithm="PS256", kid="rsa"))


async def test_rsa_and_elliptic_keys_verify_too() -> None:
    elliptic = {
        **json.loads(jwt.algorithms.ECAlgorithm.to_jwk(EC_KEY.public_key())),
        "kid": "ec",
    }
    subject = verifier(trusted(Published(rsa_jwk("rsa"), elliptic)))
    assert await subject.verify(token(key=RSA_KEY, algorithm="RS512", kid="rsa"))
    assert await subject.verify(token(key=EC_KEY, algorithm="ES256", kid="ec"))
    assert await subject.verify(token(key=RSA_KEY, algorithm="RS256", kid=None))


async def test_one_issuer_cannot_vouch_for_another() -> None:
    first = trusted(Published(PAIR.public.jwk()))
    second = trusted(Published(OTHER.public.jwk()), issuers=frozenset({"https://second.example"}))
    subject = verifier(first, second)
    crossed = token(key=OTHER.key, kid=OTHER.public.kid)
    assert (await refusal(subject, crossed)).token_code is TokenCode.KEY_UNKNOWN
    own = token({"iss": "https://second.example"}, key=OTHER.key, kid=OTHER.public.kid)
    assert await subject.verify(own)


async def test_several_sources_without_an_issuer_are_tried_in_turn() -> None:
    anyone: dict[str, Any] = {"issuers": frozenset()}
    down = Published(PAIR.public.jwk())
    down.down = True
    subject = verifier(
        trusted(down, **anyone),
        trusted(Published(OTHER.public.jwk()), **anyone),
        trusted(Published(PAIR.public.jwk()), **anyone),
    )
    assert await subject.verify(token())
    stranger = keys.generate()
    with pytest.raises(KeysUnavailableError):
        # A source that is down may be the one that knows the key: not the bearer's fault.
        await subject.verify(token(key=stranger.key, kid=stranger.public.kid))


async def test_a_verified_token_is_verified_once_until_it_expires() -> None:
    clock = Clock()
    published = Published(PAIR.public.jwk())
    subject = verifier(trusted(published, leeway=10), clock=clock)
    made = token()
    first = await subject.inspect(made)
    assert await subject.inspect(made) is first
    assert first.expires_at == NOW + 310
    clock.now = NOW + 309
    assert await subject.inspect(made) is first
    clock.now = NOW + 310
    assert (await refusal(subject, made)).token_code is TokenCode.EXPIRED


@given(st.integers(min_value=0), st.characters(codec="ascii"))
async def test_a_tampered_token_is_refused(position: int, character: str) -> None:
    made = token()
    header, payload, _ = made.split(".")
    position %= len(made)
    changed = made[:position] + character + made[position + 1 :]
    # Trailing bits of base64 that no byte takes up may differ without changing anything.
    loose = {len(header) - 1, len(header) + len(payload), len(made) - 1}
    if changed != made and position not in loose:
        await refusal(verifier(trusted(Published(PAIR.public.jwk()))), changed)


@given(st.one_of(st.text(max_size=200), st.from_regex(r"[\w-]{0,40}\.[\w-]{0,40}\.[\w-]{0,40}")))
async def test_garbage_is_refused(text: str) -> None:
    await refusal(verifier(trusted(Published(PAIR.public.jwk()))), text)


async def test_hostile_sizes_and_shapes_are_refused() -> None:
    subject = verifier(trusted(Published(PAIR.public.jwk())))
    assert (await refusal(subject, None)).token_code is TokenCode.MISSING
    assert (await refusal(subject, "a" * 10_000_000)).token_code is TokenCode.TOO_LARGE
    deep = jwt.utils.base64url_encode(b"[" * 8_000).decode()
    number = jwt.utils.base64url_encode(b'{"exp":' + b"9" * 6_000 + b"}").decode()
    good = token().split(".")
    for header, payload in ((deep, good[1]), (good[0], deep), (good[0], number)):
        caught = await refusal(subject, f"{header}.{payload}.AAAA")
        assert caught.token_code in (TokenCode.MALFORMED, TokenCode.ISSUER_REFUSED)
    critical = token(crit=["x"], x=True)
    assert (await refusal(subject, critical)).token_code is TokenCode.MALFORMED
    another_type = token(typ="c2c-caller+jwt")
    assert (await refusal(subject, another_type)).token_code is TokenCode.MALFORMED


def test_only_usable_public_signature_keys_are_read() -> None:
    weak = rsa.generate_private_key(public_exponent=65_537, key_size=1_024)  # noqa: S505  (what is to be refused)
    entries = [
        {**PAIR.public.jwk(), "use": "enc", "kid": "encryption"},
        {**PAIR.public.jwk(), "key_ops": ["sign"], "kid": "signs"},
        {**PAIR.public.jwk(), "alg": "RS256", "kid": "wrong-algorithm"},
        {"kty": "oct", "k": "c2VjcmV0", "kid": "symmetric", "alg": "HS256"},
        {"kty": "OKP", "crv": "Ed25519", "x": "short", "kid": "broken"},
        {"kty": "OKP", "crv": ["Ed25519"], "x": 7, "kid": "strange"},
        {**PAIR.public.jwk(), "kid": 7},
        rsa_jwk("weak", weak),
        "text",
        PAIR.public.jwk(),
    ]
    read = read_key_set(json.dumps({"keys": entries}).encode())
    assert [(key.kid, key.algorithms) for key in read] == [(PAIR.public.kid, {"EdDSA"})]
    assert DEFAULT_ALGORITHMS.isdisjoint({"none", "HS256", "HS384", "HS512"})


@pytest.mark.parametrize("document", [b"", b"[]", b"{}", b'{"keys": 7}', b"[" * 100_000, b"\xff"])
def test_what_is_no_key_set_is_a_value_error(document: bytes) -> None:
    with pytest.raises(ValueError):
        read_key_set(document)


MEMBER = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(),
    st.text(max_size=30),
    st.sampled_from(
        ["RSA", "EC", "OKP", "oct", "P-256", "P-384", "Ed25519", "Ed448", "sig", "AQAB"]
    ),
    st.lists(st.text(max_size=5), max_size=2),
    st.dictionaries(st.text(max_size=3), st.integers(), max_size=2),
)
MEMBERS = st.sampled_from(
    ["kty", "crv", "n", "e", "x", "y", "d", "k", "alg", "use", "key_ops", "kid"]
)


@given(
    st.lists(st.dictionaries(MEMBERS, MEMBER, max_size=8), max_size=3),
    st.sampled_from([{}, PAIR.public.jwk(), rsa_jwk("r")]),
)
def test_strange_keys_are_left_out(entries: list[dict[str, Any]], base: dict[str, Any]) -> None:
    strange = [{**base, **entry} for entry in entries]
    document = json.dumps({"keys": [*strange, {**PAIR.public.jwk(), "kid": "good"}]}).encode()
    assert "good" in {key.kid for key in read_key_set(document)}
