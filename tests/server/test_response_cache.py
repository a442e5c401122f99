"""The response cache as clients and operators meet it."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest

from auth.caller import Caller
from auth.issuer import DevelopmentIssuer
from gateway.errors import Code
from gateway.transport.port import SubgraphResponse, TransportError
from tests.server.gateway_kit import Deployed, deployed

QUERY = "{ user(id: 1) { name reviews { body } } }"
KEY = "a-shared-key-of-operators"


def settings(**more: Any) -> dict[str, Any]:
    given = {"ttl": "60s", "scope": "public", "stale_if_error": "1h", **more}
    invalidation = {"shared_key": KEY, "events": {"user.renamed": ["user-{subject}"]}}
    return {"response_cache": {"enabled": True, "all": given, "invalidation": invalidation}}


def calls(gateway: Deployed) -> tuple[int, int]:
    return tuple(len(each.calls) for each in gateway.subgraphs.values())  # type: ignore[return-value]


async def test_a_second_answer_comes_from_the_cache() -> None:
    async with deployed(settings()) as gateway:
        first = (await gateway.post(QUERY)).json()
        again = (await gateway.post(QUERY)).json()
        assert first == again
        assert first["data"]["user"]["reviews"] == [{"body": "Fine"}]
        assert calls(gateway) == (1, 1)
        await gateway.post("{ users { reviews { body } } }")
        assert [call.representations for call in gateway.subgraphs["reviews"].calls] == [1, 1]


async def test_a_mutation_is_always_sent() -> None:
    async with deployed(settings()) as gateway:
        for _ in range(2):
            await gateway.post('mutation { rename(id: 1, name: "x") { name } }')
        assert calls(gateway)[0] == 2


async def test_private_answers_are_kept_apart_by_the_callers_claims(tmp_path: Any) -> None:
    issuer = DevelopmentIssuer.open(tmp_path)
    source = {
        "url": issuer.jwks_file.as_uri(),
        "issuers": [issuer.issuer],
        "audiences": [issuer.audience],
    }
    authentication = {"authentication": {"jwt": {"jwks": [source]}}}
    async with deployed(settings(scope="private") | authentication) as gateway:
        for caller in (
            Caller("ada"),
            Caller("ada"),
            Caller("ada", regions=frozenset({"EMEA"})),
            Caller("bob"),
        ):
            headers = {"authorization": f"Bearer {issuer.mint(caller)}"}
            await gateway.post(QUERY, headers=headers)
        assert calls(gateway) == (3, 3)


async def test_during_an_outage_old_answers_serve_and_are_marked() -> None:
    async with deployed(settings(ttl="1ms")) as gateway:
        fresh = (await gateway.post(QUERY)).json()
        await asyncio.sleep(0.01)  # longer than the entries live
        gateway.subgraphs["reviews"].fault = lambda _: TransportError(Code.GATEWAY_TIMEOUT, "late")
        answer = (await gateway.post(QUERY)).json()
    assert answer["data"] == fresh["data"]
    (stale,) = answer["extensions"]["stale"]
    assert (stale["subgraph"], stale["path"]) == ("reviews", ["user"])
    assert stale["age"] >= 0
    assert "extensions" not in fresh


async def test_without_a_copy_an_outage_is_an_error() -> None:
    async with deployed(settings(ttl="1ms", stale_if_error="0s")) as gateway:
        await gateway.post(QUERY)
        await asyncio.sleep(0.01)
        gateway.subgraphs["reviews"].fault = lambda _: TransportError(Code.GATEWAY_TIMEOUT, "late")
        answer = (await gateway.post(QUERY)).json()
    assert answer["data"]["user"] == {"name": "Ada", "reviews": None}
    assert answer["errors"][0]["extensions"]["code"] == "GATEWAY_TIMEOUT"


@pytest.mark.parametrize(
    ("failure", "code"),
    [
        (TransportError(Code.GATEWAY_TIMEOUT, "late"), "GATEWAY_TIMEOUT"),
        (SubgraphResponse(503, b"busy"), "SUBREQUEST_HTTP_ERROR"),
        (SubgraphResponse(200, b"no JSON"), "SUBREQUEST_MALFORMED_RESPONSE"),
        (SubgraphResponse(200, b'{"errors": [{"message": "no"}]}'), "DOWNSTREAM_SERVICE_ERROR"),
    ],
    ids=["late", "status", "nonsense", "errors"],
)
async def test_an_outage_costs_only_the_entities_that_are_not_kept(failure: Any, code: str) -> None:
    async with deployed(settings()) as gateway:
        await gateway.post("{ user(id: 1) { reviews { body } } }")
        gateway.subgraphs["reviews"].fault = lambda _: failure
        answer = (await gateway.post("{ users { reviews { body } } }")).json()
    assert answer["data"] == {"users": [{"reviews": [{"body": "Fine"}]}, {"reviews": None}]}
    (error,) = answer["errors"]
    assert error["path"][0] == "users"
    assert error["extensions"]["code"] == code


async def test_invalidation_needs_the_shared_key() -> None:
    async with deployed(settings()) as gateway:
        url = "http://gateway/invalidation"
        body = [{"kind": "subgraph", "subgraph": "users"}]
        assert (await gateway.client.post(url, json=body)).status_code == 401
        wrong = {"authorization": "wrong"}
        assert (await gateway.client.post(url, json=body, headers=wrong)).status_code == 401


@pytest.mark.parametrize(
    ("body", "dropped"),
    [
        ([{"kind": "subgraph", "subgraph": "reviews"}], 1),
        ([{"kind": "type", "subgraph": "reviews", "type": "User"}], 1),
        ([{"kind": "type", "subgraph": "reviews", "type": "Review"}], 0),
        (
            [
                {"kind": "subgraph", "subgraph": "users"},
                {"kind": "subgraph", "subgraph": "reviews"},
            ],
            2,
        ),
        ({"specversion": "1.0", "type": "user.renamed", "subject": "1"}, 0),
        ({"specversion": "1.0", "type": "something.else"}, 0),
    ],
)
async def test_operators_drop_what_is_kept(body: Any, dropped: int) -> None:
    async with deployed(settings()) as gateway:
        await gateway.post(QUERY)
        response = await gateway.client.post(
            "http://gateway/invalidation", json=body, headers={"authorization": KEY}
        )
        assert response.json() == {"count": dropped}
        await gateway.post(QUERY)
        assert sum(calls(gateway)) == 2 + dropped


@pytest.mark.parametrize(
    "body",
    [b"", b"[]", b"{}", b"[1]", b'[{"kind": "x"}]', b"\xff", b'[{"kind": "type"}]', b"[" * 9999],
)
async def test_a_bad_invalidation_is_explained(body: bytes) -> None:
    async with deployed(settings()) as gateway:
        response = await gateway.client.post(
            "http://gateway/invalidation", content=body, headers={"authorization": KEY}
        )
    assert response.status_code == 400
    assert response.json()["errors"][0]["extensions"]["code"] == "BAD_REQUEST"


async def test_a_type_can_have_a_time_of_its_own() -> None:
    given = {"ttl": "60s", "types": {"User": "1ms"}}
    async with deployed({"response_cache": {"enabled": True, "all": given}}) as gateway:
        await gateway.post(QUERY)
        await asyncio.sleep(0.01)  # longer than a user lives
        await gateway.post(QUERY)
        assert calls(gateway) == (1, 2)
