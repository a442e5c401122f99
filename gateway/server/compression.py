"""Compressing answers for clients that accept gzip (RFC 9110, section 12.5.3)."""

from __future__ import annotations

import zlib
from functools import lru_cache

from gateway.server.http import HttpResponse
from gateway.settings.serving import Compression

_GZIP = 31  # zlib's window bits for the gzip container


@lru_cache(maxsize=256)
def accepts_gzip(accept_encoding: str) -> bool:
    """Whether an Accept-Encoding header allows gzip."""
    allowed: dict[str, bool] = {}
    for entry in accept_encoding.lower().split(","):
        coding, _, parameters = entry.partition(";")
        quality = parameters.replace(" ", "").removeprefix("q=")
        allowed[coding.strip()] = quality not in ("0", "0.0", "0.00", "0.000")
    return allowed.get("gzip", allowed.get("*", False))


def compress(response: HttpResponse, accept_encoding: str | None, settings: Compression) -> None:
    """Compress a response's body in place, where that is wanted and worth it.

    Streams are left alone: each of their parts has to leave at once.
    """
    if not settings.enabled or response.parts is not None:
        return
    if len(response.body) < settings.minimum_bytes:
        return
    response.headers.append((b"vary", b"accept-encoding"))
    if accept_encoding is None or not accepts_gzip(accept_encoding):
        return
    packer = zlib.compressobj(settings.level, zlib.DEFLATED, _GZIP)
    response.body = packer.compress(response.body) + packer.flush()
    response.headers.append((b"content-encoding", b"gzip"))
