"""Reading `text/event-stream` (HTML standard, section "Server-sent events")."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class ServerSentEvent:
    """An event; its data lines are joined by line breaks."""

    type: str
    data: bytes


class EventTooLargeError(ValueError):
    """An event has more bytes than allowed."""


class EventStreamReader:
    """Takes pieces of any size and gives the events that they complete."""

    def __init__(self, max_event_bytes: int) -> None:
        self._max = max_event_bytes
        self._rest = b""
        self._type = ""
        self._data: list[bytes] = []
        self._size = 0
        self._started = False

    def feed(self, piece: bytes) -> list[ServerSentEvent]:
        """The events that a piece completes. Raises `EventTooLargeError`."""
        text = self._rest + piece
        if not self._started:
            if len(text) < 3 and b"\xef\xbb\xbf".startswith(text):
                self._rest = text
                return []
            text = text.removeprefix(b"\xef\xbb\xbf")
            self._started = True
        # A carriage return at the end may be half of a line break.
        held = b""
        if text.endswith(b"\r"):
            text, held = text[:-1], b"\r"
        lines = text.replace(b"\r\n", b"\n").replace(b"\r", b"\n").split(b"\n")
        self._rest = lines.pop() + held
        events = [event for line in lines if (event := self._line(line)) is not None]
        if len(self._rest) + self._size > self._max:
            raise EventTooLargeError(f"an event has more than {self._max} bytes")
        return events

    def _line(self, line: bytes) -> ServerSentEvent | None:
        if not line:
            event = None
            if self._data or self._type:
                event = ServerSentEvent(self._type or "message", b"\n".join(self._data))
            self._type, self._data, self._size = "", [], 0
            return event
        name, _, value = line.partition(b":")
        value = value.removeprefix(b" ")
        if name == b"event":
            self._type = value.decode("utf-8", "replace")
        elif name == b"data":
            self._data.append(value)
            self._size += len(value)
            if self._size > self._max:
                raise EventTooLargeError(f"an event has more than {self._max} bytes")
        return None


async def read_events(
    pieces: AsyncIterator[bytes], max_event_bytes: int
) -> AsyncIterator[ServerSentEvent]:
    """The events of a stream. An event that the stream's end cuts off is dropped."""
    reader = EventStreamReader(max_event_bytes)
    async for piece in pieces:
        for event in reader.feed(piece):
            yield event
