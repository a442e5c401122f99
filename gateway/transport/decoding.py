"""Content encodings of answers, undone within a size limit (RFC 9110, section 8.4.1).

A small compressed body can stand for gigabytes, so inflating stops at the limit instead of
measuring afterwards.
"""

from __future__ import annotations

import zlib

ACCEPTED = "gzip, deflate"
"""What this module undoes, as a value of `accept-encoding`."""

_GZIP_WINDOW = 16 + zlib.MAX_WBITS
_ZLIB_CMF_DEFLATE = 8


class DecodingError(Exception):
    """The body is not what its `content-encoding` says."""


class BodyTooLargeError(Exception):
    """The decoded body would pass the limit."""


class Inflater:
    """Undoes `gzip` or `deflate` piece by piece; `limit` bounds all output together.

    `deflate` is the zlib format by the standard, but some servers send it without its frame; the
    first byte tells which.
    """

    __slots__ = ("_encoding", "_machine", "_produced", "limit")

    def __init__(self, encoding: str, limit: int) -> None:
        self._encoding = encoding
        self.limit = limit
        self._produced = 0
        self._machine: zlib._Decompress | None = None

    def feed(self, data: bytes) -> bytes:
        """Return what these bytes decode to; raises `DecodingError` or `BodyTooLargeError`."""
        out: list[bytes] = []
        while data:
            machine = self._machine
            if machine is None:
                machine = self._machine = zlib.decompressobj(self._window(data))
            room = self.limit - self._produced
            try:
                # One byte more than there is room for: its presence proves the excess.
                piece = machine.decompress(data, room + 1)
            except zlib.error as error:
                raise DecodingError(f"the body is not {self._encoding}: {error}") from error
            if len(piece) > room:
                raise BodyTooLargeError
            self._produced += len(piece)
            out.append(piece)
            if not machine.eof:
                data = machine.unconsumed_tail
                continue
            # A gzip body may consist of several members, one after the other.
            data = machine.unused_data
            if data and self._encoding != "gzip":
                raise DecodingError("there are bytes after the end of the deflate stream")
            if data:
                self._machine = None
        return b"".join(out)

    def finish(self) -> None:
        """Raise `DecodingError` unless the compressed stream has come to its end."""
        if self._machine is None or not self._machine.eof:
            raise DecodingError(f"the {self._encoding} body ends too early")

    def _window(self, data: bytes) -> int:
        if self._encoding == "gzip":
            return _GZIP_WINDOW
        return zlib.MAX_WBITS if data[0] & 0x0F == _ZLIB_CMF_DEFLATE else -zlib.MAX_WBITS


def inflater(content_encoding: str, limit: int) -> Inflater | None:
    """Return what undoes a `content-encoding` header's value; `None` for the identity.

    Raises `DecodingError` for encodings that were not asked for, stacked ones included.
    """
    name = content_encoding.strip().lower()
    if name in ("", "identity"):
        return None
    if name in ("gzip", "x-gzip"):
        return Inflater("gzip", limit)
    if name == "deflate":
        return Inflater("deflate", limit)
    raise DecodingError(f"content-encoding {name[:60]!r} is not supported")


def decode(body: bytes, content_encoding: str, limit: int) -> bytes:
    """Undo the content encoding of a complete body.

    An empty body is left alone: servers label answers without content too.
    """
    machine = inflater(content_encoding, limit)
    if machine is None or not body:
        return body
    out = machine.feed(body)
    machine.finish()
    return out
