"""Automatic persisted queries and trusted documents, over HTTP."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path
from typing import Any

import httpx
import pytest

from gateway.document.persisted import ManifestError, parse_manifest
from tests.server.gateway_kit import deployed

QUERY = "{ me { name } }"
DIGEST = hashlib.sha256(QUERY.encode()).hexdigest()
ADA = {"data": {"me": {"name": "Ada"}}}


def persisted(digest: str = DIGEST, **more: Any) -> dict[str, Any]:
    return {"persistedQuery": {"version": 1, "sha256Hash": digest, **more}}


def code(response: httpx.Response) -> str:
    return str(response.json()["errors"][0]["extensions"]["code"])


async def test_the_handshake() -> None:
    async with deployed() as gateway:
        unknown = await gateway.post(extensions=persisted())
        taught = await gateway.post(QUERY, extensions=persisted())
        known = await gateway.post(extensions=persisted())
        by_get = await gateway.client.get(
            gateway.url, params={"extensions": json.dumps(persisted())}
        )
        by_id = await gateway.post(documentId=f"sha256:{DIGEST}")
    assert unknown.json()["errors"][0]["message"] == "PersistedQueryNotFound"
    assert code(unknown) == "PERSISTED_QUERY_NOT_FOUND"
    assert taught.json() == known.json() == by_get.json() == by_id.json() == ADA


@pytest.mark.parametrize(
    ("extensions", "expected"),
    [
        (persisted("0" * 64), "PERSISTED_QUERY_HASH_MISMATCH"),
        (persisted("short"), "PERSISTED_QUERY_HASH_MISMATCH"),
        (persisted(version=2), "PERSISTED_QUERY_NOT_SUPPORTED"),
        ({"persistedQuery": 1}, "BAD_REQUEST"),
        ({"persistedQuery": {"version": 1, "sha256Hash": 1}}, "BAD_REQUEST"),
    ],
)
async def test_a_hash_that_does_not_fit_is_refused_and_not_remembered(
    extensions: dict[str, Any], expected: str
) -> None:
    async with deployed() as gateway:
        refused = await gateway.post(QUERY, extensions=extensions)
        later = await gateway.post(extensions=persisted())
    assert code(refused) == expected
    assert code(later) == "PERSISTED_QUERY_NOT_FOUND"


async def test_the_handshake_can_be_turned_off() -> None:
    settings = {"persisted_documents": {"apq": {"enabled": False}}}
    async with deployed(settings) as gateway:
        response = await gateway.post(QUERY, extensions=persisted())
    assert response.json()["errors"][0]["message"] == "PersistedQueryNotSupported"


async def test_what_is_remembered_is_bounded() -> None:
    settings = {"persisted_documents": {"apq": {"cache_bytes": 2000}}}
    async with deployed(settings) as gateway:
        for number in range(50):
            text = f"query Q{number} {QUERY}"
            digest = hashlib.sha256(text.encode()).hexdigest()
            await gateway.post(text, extensions=persisted(digest))
        assert 0 < len(gateway.gateway.current.pipeline.store.cache) < 20


def manifest(folder: Path) -> str:
    path = folder / "manifest.json"
    entry = {"id": "me", "name": "Me", "type": "query", "body": "query Me { me { name } }"}
    bad = {"id": "bad", "name": "Bad", "type": "query", "body": "query Bad { nothing }"}
    path.write_text(
        json.dumps(
            {
                "format": "apollo-persisted-query-manifest",
                "version": 1,
                "operations": [entry, bad],
            }
        )
    )
    return str(path)


async def test_trusted_documents_are_served_by_id_beside_others(tmp_path: Path) -> None:
    settings = {"persisted_documents": {"manifest": manifest(tmp_path)}}
    async with deployed(settings) as gateway:
        trusted = await gateway.post(documentId="me")
        free = await gateway.post(QUERY)
        unknown = await gateway.post(documentId="other")
    assert trusted.json() == free.json() == ADA
    assert code(unknown) == "PERSISTED_QUERY_NOT_FOUND"


async def test_the_strict_mode_never_parses_text_of_clients(tmp_path: Path) -> None:
    settings = {"persisted_documents": {"manifest": manifest(tmp_path), "strict": True}}
    async with deployed(settings) as gateway:
        trusted = await gateway.post(documentId="me")
        by_extension = await gateway.post(extensions=persisted("me"))
        smuggled = await gateway.post("{ users { name } }", documentId="me")
        misses = gateway.gateway.current.pipeline.documents.cache.statistics.misses
        free = await gateway.post(QUERY)
        taught = await gateway.post(QUERY, extensions=persisted())
        assert gateway.gateway.current.pipeline.documents.cache.statistics.misses == misses
    assert trusted.json() == by_extension.json() == smuggled.json() == ADA
    assert code(free) == "PERSISTED_DOCUMENT_REQUIRED"
    assert code(taught) == "PERSISTED_QUERY_NOT_FOUND"


async def test_plans_of_the_manifest_are_made_at_the_start(tmp_path: Path) -> None:
    settings = {"persisted_documents": {"manifest": manifest(tmp_path)}}
    async with deployed(settings) as gateway:
        plans = gateway.gateway.current.pipeline.plans.cache
        assert len(plans) == 1  # the other document is not valid
        await gateway.post(documentId="me")
        assert plans.statistics.misses == 1


@pytest.mark.parametrize(
    "content",
    [
        b"{",
        b"[]",
        b'{"operations": []}',
        b'{"a": 1}',
        b'{"format": "apollo-persisted-query-manifest", "version": 1, "operations": 1}',
        b'{"format": "apollo-persisted-query-manifest", "version": 1, "operations": [{}]}',
        (
            b'{"format": "apollo-persisted-query-manifest", "version": 1, "operations": '
            b'[{"id": "a", "body": "x"}, {"id": "a", "body": "y"}]}'
        ),
    ],
)
def test_unusable_manifests_are_refused(content: bytes) -> None:
    with pytest.raises(ManifestError):
        parse_manifest(content)


def test_a_plain_mapping_is_a_manifest() -> None:
    found = parse_manifest(b'{"abc": "{ a }"}').find("sha256:abc")
    assert found is not None
    assert found.body == "{ a }"
