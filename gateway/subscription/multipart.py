"""Reading `multipart/mixed` whose parts are JSON documents (RFC 2046)."""

from __future__ import annotations

from collections.abc import AsyncIterator


class PartTooLargeError(ValueError):
    """A part has more bytes than allowed."""


class MultipartReader:
    """Takes pieces of any size and gives the bodies of the parts that they complete."""

    def __init__(self, boundary: str, max_part_bytes: int) -> None:
        self._delimiter = b"\r\n--" + boundary.encode("latin-1")
        self._max = max_part_bytes
        # The first delimiter may stand at the very start, without a line break before it.
        self._buffer = b"\r\n"
        self._preamble = True
        self.ended = False

    def feed(self, piece: bytes) -> list[bytes]:
        """The bodies that a piece completes. Raises `PartTooLargeError`."""
        if self.ended:
            return []
        self._buffer += piece
        bodies: list[bytes] = []
        while (position := self._buffer.find(self._delimiter)) >= 0:
            after = position + len(self._delimiter)
            mark = self._buffer[after : after + 2]
            if len(mark) < 2:
                break  # whether this is the last delimiter is not known yet
            part, self._buffer = self._buffer[:position], self._buffer[after:]
            if not self._preamble:
                _, _, body = part.partition(b"\r\n\r\n")
                bodies.append(body)
            self._preamble = False
            if mark == b"--":
                self.ended = True
                self._buffer = b""
                break
        if len(self._buffer) > self._max:
            raise PartTooLargeError(f"a part has more than {self._max} bytes")
        return bodies


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
