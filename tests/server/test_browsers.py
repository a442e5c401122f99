"""What browsers are told and what they may cause: CSRF prevention, CORS, and the page."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from gateway.server.graphiql.pages import GraphiqlPages
from gateway.settings import Settings
from tests.server.gateway_kit import deployed

BROWSER = "Mozilla/5.0 (X11; Linux x86_64) Firefox/140.0"
QUERY = {"query": "{ __typename }"}


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({"user-agent": "curl/8.0"}, 200),
        ({"user-agent": BROWSER}, 400),
        ({"user-agent": ""}, 400),
        ({"user-agent": "curl/8.0", "cookie": "session=1"}, 400),
        ({"user-agent": "curl/8.0", "origin": "https://evil.example"}, 400),
        ({"user-agent": BROWSER, "sec-fetch-site": "cross-site"}, 400),
        ({"user-agent": BROWSER, "sec-fetch-site": "same-site"}, 400),
        ({"user-agent": BROWSER, "sec-fetch-site": "same-origin"}, 200),
        ({"user-agent": BROWSER, "sec-fetch-site": "none"}, 200),
        ({"user-agent": BROWSER, "content-type": "application/json"}, 200),
        ({"user-agent": BROWSER, "content-type": "text/plain"}, 400),
        ({"user-agent": BROWSER, "graphql-require-preflight": "1"}, 200),
        ({"user-agent": BROWSER, "apollo-require-preflight": ""}, 400),
        ({"user-agent": BROWSER, "x-apollo-operation-name": "Q"}, 200),
    ],
)
async def test_a_get_that_a_foreign_page_could_cause_is_refused(
    headers: dict[str, str], status: int
) -> None:
    async with deployed() as gateway:
        response = await gateway.client.get(gateway.url, params=QUERY, headers=headers)
    assert response.status_code == status
    if status == 400:
        assert response.json()["errors"][0]["extensions"]["code"] == "CSRF_PREVENTION"


async def test_csrf_prevention_can_be_turned_off() -> None:
    async with deployed({"csrf": {"enabled": False}}) as gateway:
        response = await gateway.client.get(
            gateway.url, params=QUERY, headers={"user-agent": BROWSER}
        )
    assert response.status_code == 200


ORIGIN = "https://app.example"


async def preflight(settings: dict[str, Any], origin: str) -> dict[str, str]:
    async with deployed(settings) as gateway:
        response = await gateway.client.options(
            gateway.url,
            headers={
                "origin": origin,
                "access-control-request-method": "POST",
                "access-control-request-headers": "content-type",
            },
        )
    assert response.status_code == 204
    return {name: value for name, value in response.headers.items() if name.startswith("access-")}


async def test_without_a_policy_no_origin_is_allowed() -> None:
    assert await preflight({}, ORIGIN) == {}


async def test_a_policy_allows_its_origins_only() -> None:
    policy = {"origins": [ORIGIN], "allow_credentials": True, "expose_headers": ["x-a"]}
    settings = {"cors": {"policies": [policy]}}
    assert await preflight(settings, ORIGIN) == {
        "access-control-allow-origin": ORIGIN,
        "access-control-allow-credentials": "true",
        "access-control-allow-headers": "content-type",
        "access-control-allow-methods": "GET, POST, OPTIONS",
        "access-control-max-age": "7200",
    }
    assert await preflight(settings, "https://app.example.evil") == {}
    async with deployed(settings) as gateway:
        known = await gateway.post("{ __typename }", headers={"origin": ORIGIN})
        unknown = await gateway.post("{ __typename }", headers={"origin": "https://evil.example"})
    assert known.headers["access-control-allow-origin"] == ORIGIN
    assert known.headers["access-control-expose-headers"] == "x-a"
    assert known.headers["vary"] == "origin"
    assert "access-control-allow-origin" not in unknown.headers
    assert unknown.headers["vary"] == "origin"


async def test_patterns_match_whole_origins() -> None:
    settings = {"cors": {"policies": [{"match_origins": [r"https://[a-z]+\.example"]}]}}
    assert (await preflight(settings, ORIGIN))["access-control-allow-origin"] == ORIGIN
    assert await preflight(settings, "https://app.example.evil") == {}


async def test_any_origin_never_gets_credentials() -> None:
    allowed = await preflight({"cors": {"allow_any_origin": True}}, "https://anybody.example")
    assert allowed["access-control-allow-origin"] == "*"
    assert "access-control-allow-credentials" not in allowed


async def test_the_page_exists_in_development_only() -> None:
    page = {"accept": "text/html,application/xhtml+xml,*/*;q=0.8"}
    async with deployed({"mode": "development"}) as gateway:
        shown = await gateway.client.get(gateway.url, headers=page)
        configuration = await gateway.client.get("http://gateway/graphiql/configuration")
        traversal = await gateway.client.get("http://gateway/graphiql/files/..%2fpages.py")
    async with deployed() as gateway:
        hidden = await gateway.client.get(gateway.url, headers=page)
        absent = await gateway.client.get("http://gateway/graphiql/configuration")
    assert shown.status_code == 200
    assert shown.headers["content-type"].startswith("text/html")
    assert "script-src 'self'" in shown.headers["content-security-policy"]
    assert configuration.json() == {"presets": {}, "explain": True}
    assert traversal.status_code == 404
    assert "text/html" not in hidden.headers["content-type"]
    assert absent.status_code == 404


def test_without_built_files_the_page_says_how_to_get_them(tmp_path: Any) -> None:
    page = GraphiqlPages(tmp_path).index(Settings()).body.decode()
    assert "make setup" in page
    assert "<script" not in page


async def test_presets_are_for_pages_of_this_machine_only(tmp_path: Path) -> None:
    presets = tmp_path / "presets.json"
    presets.write_text('{"Ada": {"authorization": "Bearer x"}}')
    graphiql = {"header_presets": str(presets)}
    shown: dict[str, Any] = {}
    async with deployed({"mode": "development", "graphiql": graphiql}) as gateway:
        for host in ("localhost:4000", "127.0.0.1:4000", "[::1]:4000", "evil.example:4000", "["):
            response = await gateway.client.get(
                "http://gateway/graphiql/configuration", headers={"host": host}
            )
            shown[host] = response.json()["presets"]
    async with deployed({"graphiql": {**graphiql, "enabled": True}}) as gateway:
        response = await gateway.client.get(
            "http://gateway/graphiql/configuration", headers={"host": "localhost"}
        )
    given = {"Ada": {"authorization": "Bearer x"}}
    assert shown["localhost:4000"] == shown["127.0.0.1:4000"] == shown["[::1]:4000"] == given
    assert shown["evil.example:4000"] == shown["["] == {}
    assert response.json()["presets"] == {}  # production
