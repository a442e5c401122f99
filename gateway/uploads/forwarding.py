"""Sending uploads on: requests whose variables hold references leave as multipart/form-data."""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from contextlib import AbstractAsyncContextManager
from dataclasses import replace
from typing import Any

from gateway.execute import wire_json
from gateway.transport.port import (
    StreamingTransport,
    SubgraphRequest,
    SubgraphResponse,
    SubgraphStream,
)
from gateway.uploads.files import CURRENT_UPLOADS, REFERENCE, UploadedFile


class UploadTransport:
    """Wraps a transport; requests without references pass as they are."""

    def __init__(self, transport: StreamingTransport) -> None:
        self._transport = transport

    async def send(self, request: SubgraphRequest) -> SubgraphResponse:
        """Send a request, with its files if it refers to any."""
        files = CURRENT_UPLOADS.get()
        if files and REFERENCE.search(request.body):
            request = with_files(request, files)
        return await self._transport.send(request)

    def stream(self, request: SubgraphRequest) -> AbstractAsyncContextManager[SubgraphStream]:
        """Streams carry no files."""
        return self._transport.stream(request)

    async def close(self) -> None:
        """Close the wrapped transport."""
        await self._transport.close()


def with_files(request: SubgraphRequest, files: Mapping[str, UploadedFile]) -> SubgraphRequest:
    """The same request as multipart/form-data. It must not be sent again: it may be large."""
    operations = wire_json.decode_exact(request.body)
    places: dict[str, list[str]] = {}
    _take_references(operations.get("variables"), "variables", files, places)
    boundary = f"upload-{secrets.token_hex(16)}"
    mapping = {str(number): paths for number, paths in enumerate(places.values())}
    parts = [
        _part(boundary, b'name="operations"', "application/json", wire_json.encode(operations)),
        _part(boundary, b'name="map"', "application/json", wire_json.encode(mapping)),
    ]
    for number, reference in enumerate(places):
        file = files[reference]
        disposition = b'name="%d"; filename="%s"' % (number, _quoted(file.name))
        parts.append(_part(boundary, disposition, file.content_type, file.content))
    parts.append(b"--" + boundary.encode() + b"--\r\n")
    headers = tuple(pair for pair in request.headers if pair[0] != "content-type")
    content_type = ("content-type", f"multipart/form-data; boundary={boundary}")
    # Servers of this kind of request refuse it unless it was preflighted.
    preflighted = ("apollo-require-preflight", "true")
    return replace(
        request,
        body=b"".join(parts),
        headers=(*headers, content_type, preflighted),
        idempotent=False,
    )


def _take_references(
    value: Any, path: str, files: Mapping[str, UploadedFile], places: dict[str, list[str]]
) -> None:
    """Replace references by null, noting where they stood. Depth is bounded by the request's."""
    if isinstance(value, dict):
        items: Any = list(value.items())
    elif isinstance(value, list):
        items = list(enumerate(value))
    else:
        return
    for key, item in items:
        below = f"{path}.{key}"
        if isinstance(item, str) and item in files:
            value[key] = None
            places.setdefault(item, []).append(below)
        else:
            _take_references(item, below, files, places)


def _part(boundary: str, disposition: bytes, content_type: str, content: bytes) -> bytes:
    safe = "".join(character for character in content_type if " " <= character <= "~")
    return (
        b"--"
        + boundary.encode()
        + b"\r\ncontent-disposition: form-data; "
        + disposition
        + b"\r\ncontent-type: "
        + safe.encode()
        + b"\r\n\r\n"
        + content
        + b"\r\n"
    )


def _quoted(name: str) -> bytes:
    """A file name within quotes (HTML standard, "Multipart form data")."""
    escaped = name.replace("\r", "%0D").replace("\n", "%0A").replace('"', "%22")
    return escaped.encode("utf-8", "replace")
