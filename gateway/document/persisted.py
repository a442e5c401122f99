"""Documents that clients name instead of sending them.

Two ways lead here: automatic persisted queries, in which a client sends a document once with its
SHA-256 and the hash alone from then on; and trusted documents, whose manifest was built with the
clients. In the strict mode the manifest is all there is, and text from clients is never parsed.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from gateway.document.cache import SingleFlightCache
from gateway.errors import ClientError, Code
from gateway.exchange import GraphQLRequest
from gateway.execute import wire_json
from gateway.settings.serving import PersistedDocuments

MANIFEST_FORMAT = "apollo-persisted-query-manifest"
_SHA256 = re.compile(r"[0-9a-f]{64}\Z")


class ManifestError(ValueError):
    """A manifest that cannot be used."""


@dataclass(frozen=True, slots=True)
class TrustedDocument:
    """An entry of a manifest. `kind` is `query`, `mutation` or `subscription`."""

    id: str
    name: str
    kind: str
    body: str


@dataclass(frozen=True, slots=True)
class Manifest:
    """Trusted documents by id."""

    documents: Mapping[str, TrustedDocument] = field(default_factory=dict)

    def find(self, document_id: str) -> TrustedDocument | None:
        """An entry, by its id or by `sha256:` and its id."""
        return self.documents.get(document_id) or self.documents.get(
            document_id.removeprefix("sha256:")
        )


def read_manifest(path: Path) -> Manifest:
    """Read a manifest. Raises `ManifestError`, or `OSError` if it cannot be read."""
    return parse_manifest(path.read_bytes())


def parse_manifest(content: bytes) -> Manifest:
    """Read a manifest in the format of `c2c documents build`, or a plain `{id: text}` mapping.

    Raises `ManifestError`.
    """
    try:
        value = wire_json.decode(content)
    except wire_json.MalformedJSONError as error:
        raise ManifestError(f"the manifest is not JSON: {error}") from None
    if not isinstance(value, dict):
        raise ManifestError("the manifest is not a JSON object")
    if "operations" not in value:
        return Manifest(
            {key: TrustedDocument(key, "", "", _text(body, key)) for key, body in value.items()}
        )
    if value.get("format") != MANIFEST_FORMAT or value.get("version") != 1:
        raise ManifestError(f"the manifest's format is not {MANIFEST_FORMAT}, version 1")
    if not isinstance(value["operations"], list):
        raise ManifestError("the manifest's operations are not a list")
    documents: dict[str, TrustedDocument] = {}
    for entry in value["operations"]:
        document = _entry(entry)
        if documents.setdefault(document.id, document) != document:
            raise ManifestError(f"two documents of the manifest have the id {document.id}")
    return Manifest(documents)


def _entry(entry: Any) -> TrustedDocument:
    if not isinstance(entry, dict) or not isinstance(entry.get("id"), str):
        raise ManifestError("an operation of the manifest has no id")
    identifier = entry["id"]
    return TrustedDocument(
        identifier,
        str(entry.get("name") or ""),
        str(entry.get("type") or ""),
        _text(entry.get("body"), identifier),
    )


def _text(body: Any, identifier: str) -> str:
    if not isinstance(body, str):
        raise ManifestError(f"the document {identifier} of the manifest has no text")
    return body


class DocumentStore:
    """Finds the text that a request means.

    `unknown` is told the text's hash of each request outside the manifest, if that is wanted.
    """

    def __init__(
        self,
        settings: PersistedDocuments,
        manifest: Manifest,
        unknown: Callable[[str], None] | None = None,
    ) -> None:
        if settings.strict and not manifest.documents:
            raise ManifestError("persisted_documents.strict needs a manifest with documents")
        self.manifest = manifest
        self._strict = settings.strict
        self._automatic = settings.apq.enabled and not settings.strict
        self._unknown = unknown
        self.cache: SingleFlightCache[str, str] = SingleFlightCache(
            settings.apq.cache_bytes, lambda key, text: len(key) + 4 * len(text)
        )

    def resolve(self, request: GraphQLRequest) -> str:
        """The text to read. Raises `ClientError` with a code of persisted documents."""
        identifier = request.document_id or self._hash(request.extensions)
        if identifier is None:
            return self._own_text(request)
        trusted = self.manifest.find(identifier)
        if trusted is not None:
            return trusted.body
        if not self._automatic:
            raise _not_found(identifier, self._strict or bool(self.manifest.documents))
        return self._shake_hands(identifier.removeprefix("sha256:"), request.query)

    def _hash(self, extensions: Mapping[str, Any]) -> str | None:
        persisted = extensions.get("persistedQuery")
        if persisted is None:
            return None
        if not isinstance(persisted, dict) or not isinstance(persisted.get("sha256Hash"), str):
            raise ClientError(
                "extensions.persistedQuery needs a sha256Hash of text.", Code.BAD_REQUEST
            )
        if persisted.get("version", 1) != 1:
            raise ClientError(
                "Only version 1 of persisted queries is supported.",
                Code.PERSISTED_QUERY_NOT_SUPPORTED,
            )
        return str(persisted["sha256Hash"])

    def _own_text(self, request: GraphQLRequest) -> str:
        if request.query is None:
            raise ClientError("The request has no `query`.", Code.BAD_REQUEST)
        if self._strict:
            raise ClientError(
                "Only documents of the manifest are served; name one by its id.",
                Code.PERSISTED_DOCUMENT_REQUIRED,
            )
        if self._unknown is not None:
            self._unknown(hashlib.sha256(request.query.encode(errors="replace")).hexdigest())
        return request.query

    def _shake_hands(self, digest: str, text: str | None) -> str:
        if text is None:
            found = self.cache.get(digest)
            if found is None:
                raise _not_found(digest, supported=True)
            return found
        if (
            _SHA256.match(digest) is None
            or digest != hashlib.sha256(text.encode(errors="replace")).hexdigest()
        ):
            raise ClientError(
                "The document does not have the hash that was sent with it.",
                Code.PERSISTED_QUERY_HASH_MISMATCH,
            )
        self.cache.put(digest, text)
        return text


def _not_found(identifier: str, supported: bool) -> ClientError:
    # Clients know these two messages by heart: both are part of the handshake.
    if supported:
        return ClientError("PersistedQueryNotFound", Code.PERSISTED_QUERY_NOT_FOUND)
    return ClientError("PersistedQueryNotSupported", Code.PERSISTED_QUERY_NOT_SUPPORTED)
