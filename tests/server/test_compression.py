"""Answers are compressed for clients that ask for it, when they are large enough."""

from __future__ import annotations

from typing import Any

import pytest

from gateway.server.compression import accepts_gzip
from tests.server.gateway_kit import deployed

LARGE = '{ echo(text: "' + "x" * 5000 + '") }'


@pytest.mark.parametrize(
    ("header", "accepted"),
    [
        ("gzip", True),
        ("br, GZIP;q=0.5", True),
        ("*", True),
        ("deflate, *;q=0.1", True),
        ("", False),
        ("br", False),
        ("gzip;q=0", False),
        ("gzip; q=0.0, *", False),
        ("*;q=0", False),
        ("identity", False),
    ],
)
def test_what_clients_accept(header: str, accepted: bool) -> None:
    assert accepts_gzip(header) is accepted


@pytest.mark.parametrize(
    ("query", "encoding", "settings", "compressed"),
    [
        (LARGE, "gzip", {}, True),
        (LARGE, "identity", {}, False),
        ("{ me { id } }", "gzip", {}, False),
        (LARGE, "gzip", {"compression": {"enabled": False}}, False),
        ("{ me { id } }", "gzip", {"compression": {"minimum_bytes": 1}}, True),
    ],
)
async def test_large_answers_are_compressed(
    query: str, encoding: str, settings: dict[str, Any], compressed: bool
) -> None:
    async with deployed(settings) as gateway:
        response = await gateway.post(query, headers={"accept-encoding": encoding})
    assert (response.headers.get("content-encoding") == "gzip") is compressed
    assert int(response.headers["content-length"]) == response.num_bytes_downloaded
    assert response.json()["data"]
