"""Event streams and multipart bodies, cut into pieces at any place."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterable

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gateway.subscription.event_stream import (
    EventStreamReader,
    EventTooLargeError,
    ServerSentEvent,
)
from gateway.subscription.multipart import MultipartReader, PartTooLargeError, read_parts

STREAM = (
    b"\xef\xbb\xbf: welcome\n\nevent: next\ndata: one\n\n"
    b"event:next\r\ndata:two\r\ndata: lines\r\nid: 7\r\n\r\n"
    b"data: three\r\rretry: 10\n\nevent: complete\n\n"
)
EVENTS = [
    ServerSentEvent("next", b"one"),
    ServerSentEvent("next", b"two\nlines"),
    ServerSentEvent("message", b"three"),
    ServerSentEvent("complete", b""),
]


def cut(content: bytes, places: Iterable[int]) -> list[bytes]:
    ends = [*sorted({place % (len(content) + 1) for place in places}), len(content)]
    return [content[start:end] for start, end in zip([0, *ends], ends, strict=False)]


@settings(max_examples=200, deadline=None)
@given(st.lists(st.integers(0, 1000), max_size=8))
def test_events_do_not_depend_on_how_they_arrive(places: list[int]) -> None:
    reader = EventStreamReader(1000)
    assert [event for piece in cut(STREAM, places) for event in reader.feed(piece)] == EVENTS


def test_one_byte_at_a_time() -> None:
    reader = EventStreamReader(1000)
    assert [event for byte in STREAM for event in reader.feed(bytes([byte]))] == EVENTS


@settings(max_examples=200, deadline=None)
@given(st.binary(max_size=200), st.lists(st.integers(0, 300), max_size=5))
def test_any_bytes_are_read_alike_in_pieces(content: bytes, places: list[int]) -> None:
    whole, pieces = EventStreamReader(10_000), EventStreamReader(10_000)
    expected = whole.feed(content) + whole.feed(b"\n")
    found = [event for piece in cut(content, places) for event in pieces.feed(piece)]
    assert found + pieces.feed(b"\n") == expected


@pytest.mark.parametrize("content", [b"data: " + b"x" * 101, b"data: xxxxx\n" * 30])
def test_events_are_bounded(content: bytes) -> None:
    with pytest.raises(EventTooLargeError):
        EventStreamReader(100).feed(content)


MULTIPART = (
    b"preamble\r\n--b\r\ncontent-type: application/json\r\n\r\n{}\r\n--b\r\n\r\n"
    b'{"payload": {"data": {"a": "\\r\\n--b"}}}\r\n--b--\r\nepilogue'
)
PARTS = [b"{}", b'{"payload": {"data": {"a": "\\r\\n--b"}}}']


@settings(max_examples=200, deadline=None)
@given(st.lists(st.integers(0, 1000), max_size=8))
def test_parts_do_not_depend_on_how_they_arrive(places: list[int]) -> None:
    reader = MultipartReader("b", 1000)
    assert [part for piece in cut(MULTIPART, places) for part in reader.feed(piece)] == PARTS
    assert reader.ended


def test_a_body_that_starts_with_its_delimiter() -> None:
    assert MultipartReader("-", 100).feed(b"-----\r\n") == []
    assert MultipartReader("-", 100).feed(b"---\r\n\r\nx\r\n---") == [b"x"]


def test_parts_are_bounded() -> None:
    with pytest.raises(PartTooLargeError):
        MultipartReader("b", 100).feed(b"--b\r\n\r\n" + b"x" * 101)


async def test_a_stream_that_breaks_off_is_noticed() -> None:
    async def pieces() -> AsyncIterator[bytes]:
        yield b"--b\r\n\r\nx\r\n--b\r\n\r\nhalf"

    found = []
    with pytest.raises(EOFError):
        async for part in read_parts(pieces(), "b", 100):
            found.append(part)
    assert found == [b"x"]
