"""Who asks, and what subgraphs learn of it: tokens in, signed callers and chosen headers out."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from auth import keys
from auth.caller import ANONYMOUS, Caller
from auth.issuer import DevelopmentIssuer
from auth.signed_caller import CALLER_HEADER, CallerVerifier
from gateway.transport.port import SubgraphRequest, SubgraphResponse
from tests.server.gateway_kit import Deployed, deployed

ADA = Caller(subject="ada", name="Ada", roles=frozenset({"delivery_lead"}))


@pytest.fixture
def issuer(tmp_path: Path) -> DevelopmentIssuer:
    return DevelopmentIssuer.open(tmp_path)


def authentication(issuer: DevelopmentIssuer, **jwt: Any) -> dict[str, Any]:
    source = {
        "url": issuer.jwks_file.as_uri(),
        "issuers": [issuer.issuer],
        "audiences": [issuer.audience],
    }
    return {"authentication": {"jwt": {"jwks": [source], **jwt}}}


def caller_sent(gateway: Deployed, key: keys.PrivateKey) -> Caller:
    """The caller that the users subgraph was told last."""
    headers = dict(gateway.subgraphs["users"].calls[-1].headers)
    return CallerVerifier(key.public, "users").verify(headers[CALLER_HEADER])


def signing(key_file: Path) -> tuple[keys.PrivateKey, dict[str, str]]:
    return keys.load_or_create(key_file), {"C2C_CALLER_PRIVATE_KEY_FILE": str(key_file)}


async def test_the_verified_caller_is_signed_for_each_subgraph(
    issuer: DevelopmentIssuer, tmp_path: Path
) -> None:
    key, environment = signing(tmp_path / "caller.pem")
    async with deployed(authentication(issuer), environment=environment) as gateway:
        token = issuer.mint(ADA)
        await gateway.post(
            "{ me { reviews { body } } }", headers={"authorization": f"Bearer {token}"}
        )
        seen = caller_sent(gateway, key)
        for_reviews = dict(gateway.subgraphs["reviews"].calls[-1].headers)[CALLER_HEADER]
        await gateway.post("{ me { id } }")
        nobody = caller_sent(gateway, key)
    assert (seen.subject, seen.roles) == ("ada", ADA.roles)
    assert CallerVerifier(key.public, "reviews").verify(for_reviews).subject == "ada"
    assert nobody == ANONYMOUS


async def test_the_key_may_come_from_the_settings(tmp_path: Path) -> None:
    key = keys.load_or_create(tmp_path / "caller.pem")
    settings = {"authentication": {"signed_caller": {"key_file": str(tmp_path / "caller.pem")}}}
    async with deployed(settings) as gateway:
        await gateway.post("{ me { id } }")
        assert caller_sent(gateway, key) == ANONYMOUS


@pytest.mark.parametrize(
    "header",
    ["Bearer", "Bearer ", "Bearer x.y.z", "Basic YTpi", "Bearer a b", "x", "Bearer \xff"],
)
async def test_a_bad_token_is_401_and_nothing_runs(issuer: DevelopmentIssuer, header: str) -> None:
    async with deployed(authentication(issuer)) as gateway:
        response = await gateway.client.post(
            gateway.url,
            json={"query": "{ me { id } }"},
            headers=[(b"authorization", header.encode("latin-1"))],
        )
    assert response.status_code == 401
    assert response.headers["www-authenticate"].startswith("Bearer")
    assert response.json()["errors"][0]["extensions"]["code"] == "UNAUTHENTICATED"
    assert gateway.transport.requests == []


async def test_bad_tokens_count_against_the_rate_of_their_address(
    issuer: DevelopmentIssuer,
) -> None:
    limit = {"client_rate_limit": {"capacity": 2, "interval": "60s"}}
    settings = authentication(issuer) | {"traffic_shaping": {"router": limit}}
    async with deployed(settings) as gateway:
        bad = {"authorization": "Bearer a.b.c"}
        statuses = [(await gateway.post("{ me { id } }", headers=bad)).status_code for _ in "123"]
    assert statuses == [401, 401, 429]


async def test_an_expired_token_is_401(issuer: DevelopmentIssuer) -> None:
    token = issuer.mint(ADA, lifetime=-3600)
    async with deployed(authentication(issuer)) as gateway:
        response = await gateway.post("{ me { id } }", headers={"authorization": f"Bearer {token}"})
    assert response.status_code == 401
    assert token not in response.text


async def test_a_token_may_be_demanded(issuer: DevelopmentIssuer) -> None:
    settings = authentication(issuer) | {"authorization": {"require_authentication": True}}
    async with deployed(settings) as gateway:
        without = await gateway.post("{ __typename }")
        token = issuer.mint(ADA)
        with_one = await gateway.post(
            "{ __typename }", headers={"authorization": f"bearer {token}"}
        )
    assert without.status_code == 401
    assert with_one.status_code == 200


async def test_a_token_in_a_cookie_or_another_header(issuer: DevelopmentIssuer) -> None:
    settings = authentication(
        issuer, cookie_name="session", header_name="x-token", header_value_prefix=""
    )
    token = issuer.mint(ADA)
    async with deployed(settings | {"authorization": {"require_authentication": True}}) as gateway:
        by_cookie = await gateway.post("{ __typename }", headers={"cookie": f"session={token}"})
        by_header = await gateway.post("{ __typename }", headers={"x-token": token})
        neither = await gateway.post("{ __typename }", headers={"cookie": "other=1"})
    assert (by_cookie.status_code, by_header.status_code, neither.status_code) == (200, 200, 401)


async def test_a_key_set_that_cannot_be_read_does_not_open_the_door(tmp_path: Path) -> None:
    source = {"url": (tmp_path / "missing.json").as_uri()}
    async with deployed({"authentication": {"jwt": {"jwks": [source]}}}) as gateway:
        response = await gateway.post(
            "{ me { id } }", headers={"authorization": "Bearer " + "a.b.c"}
        )
    assert response.status_code in (401, 503)
    assert gateway.transport.requests == []


async def sent(settings: dict[str, Any], headers: dict[str, str]) -> dict[str, str]:
    async with deployed({"headers": settings}) as gateway:
        await gateway.post("{ me { id } }", headers=headers)
    found = dict(gateway.subgraphs["users"].calls[0].headers)
    return {name: found[name] for name in found if name.startswith(("x-", "cookie", "auth"))} | {}


def rules(*request: dict[str, Any]) -> dict[str, Any]:
    return {"all": {"request": list(request)}}


CLIENT = {"x-tenant": "acme", "x-other": "1", "cookie": "a=1", "authorization": "Bearer x"}


@pytest.mark.parametrize(
    ("settings", "expected"),
    [
        ({}, {}),
        (rules({"propagate": {"named": "X-Tenant"}}), {"x-tenant": "acme"}),
        (
            rules({"propagate": {"named": "x-tenant", "rename": "x-org"}}),
            {"x-org": "acme"},
        ),
        (rules({"propagate": {"named": "x-none", "default": "d"}}), {"x-none": "d"}),
        (rules({"propagate": {"matching": "x-.*"}}), {"x-tenant": "acme", "x-other": "1"}),
        (
            rules({"propagate": {"matching": "x-.*"}}, {"remove": {"named": "x-other"}}),
            {"x-tenant": "acme"},
        ),
        (
            rules({"insert": {"name": "X-A", "value": "b"}}, {"remove": {"matching": "x-[b-z].*"}}),
            {"x-a": "b"},
        ),
        (
            rules()
            | {"subgraphs": {"users": {"request": [{"insert": {"name": "x", "value": "1"}}]}}},
            {},
        ),
    ],
)
async def test_headers_reach_subgraphs_by_rule_only(
    settings: dict[str, Any], expected: dict[str, str]
) -> None:
    found = await sent(settings, CLIENT)
    del found["x-correlation-id"]
    assert found == expected


async def test_a_client_cannot_pose_as_the_gateway(tmp_path: Path) -> None:
    key, environment = signing(tmp_path / "caller.pem")
    settings = {"headers": rules({"propagate": {"matching": ".*"}})}
    async with deployed(settings, environment=environment) as gateway:
        await gateway.post("{ me { id } }", headers={CALLER_HEADER: "forged", "x-fine": "1"})
        assert caller_sent(gateway, key) == ANONYMOUS
    assert dict(gateway.subgraphs["users"].calls[0].headers)["x-fine"] == "1"


@pytest.mark.parametrize(
    ("algorithm", "expected"), [("first", "1"), ("last", "2"), ("append", "1, 2")]
)
async def test_headers_of_answers_are_merged_by_rule(algorithm: str, expected: str) -> None:
    rule = {"propagate": {"named": "x-took", "algorithm": algorithm}}
    async with deployed({"headers": {"all": {"response": [rule]}}}) as gateway:
        _answer_with_header(gateway, "users", "1")
        _answer_with_header(gateway, "reviews", "2")
        response = await gateway.post("{ me { reviews { body } } }")
    assert response.headers["x-took"] == expected
    assert "x-hidden" not in response.headers


def _answer_with_header(gateway: Deployed, name: str, value: str) -> None:
    subgraph = gateway.subgraphs[name]
    answer = subgraph.answer

    async def answered(request: SubgraphRequest) -> SubgraphResponse:
        response = await answer(request)
        added = (("x-took", value), ("x-hidden", "1"))
        return SubgraphResponse(response.status, response.body, (*response.headers, *added))

    subgraph.answer = answered  # type: ignore[method-assign]
