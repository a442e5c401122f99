"""Reading `multipart/mixed` whose parts are JSON documents (RFC 2046)."""

from __future__ import annotations

from collections.abc import AsyncIterator


class PartTooLargeError(ValueError):
    """A part has more bytes than allowed."""


class MultipartReader:
    """Takes pieces of any size and gives the bodies of the parts that they complete.

    A part is complete once the delimiter after it has come, before it is known whether that is the
    last one.
    """

    def __init__(self, boundary: str, max_part_bytes: int) -> None:
        self._delimiter = b"\r\n--" + boundary.encode("latin-1")
        self._max = max_part_bytes
        # The first delimiter may stand at the very start, without a line break before it.
        self._buffer = b"\r\n"
        self._preamble = True
        self._after_delimiter = False
        self.ended = False

    def feed(self, piece: bytes) -> list[bytes]:
        """The bodies that a piece completes. Raises `PartTooLargeError`."""
        self._buffer += piece
        bodies: list[bytes] = []
        while self._passed_delimiter():
            part, found, rest = self._buffer.partition(self._delimiter)
            if not found:
                break
            self._buffer, self._after_delimiter = rest, True
            if not self._preamble:
                bodies.append(part.partition(b"\r\n\r\n")[2])
            self._preamble = False
        if len(self._buffer) > self._max:
            raise PartTooLargeError(f"a part has more than {self._max} bytes")
        return bodies

    def _passed_delimiter(self) -> bool:
        """Whether what is in the buffer belongs to a part (or the preamble)."""
        if self._after_delimiter:
            if len(self._buffer) < 2:
                return False
            self._after_delimiter = False
            self.ended = self._buffer.startswith(b"--")
        if self.ended:
            self._buffer = b""
        return not self.ended


async def read_parts(
    pieces: AsyncIterator[bytes], boundary: str, max_part_bytes: int
) -> AsyncIterator[bytes]:
    """The bodies of a stream's parts, until the last delimiter.

    Raises `EOFError` when the stream ends without one.
    """
    reader = MultipartReader(boundary, max_part_bytes)
    async for piece in pieces:
        for body in reader.feed(piece):
            yield body
        if reader.ended:
            return
    raise EOFError("the stream ended without its last delimiter")
