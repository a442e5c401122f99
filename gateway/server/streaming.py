"""Answers in several parts: `@defer` over multipart/mixed, events over SSE and multipart/mixed.

Formats: incremental delivery with `deferSpec=20220824` and the specification's current draft;
GraphQL over Server-Sent Events, distinct connections mode; multipart subscriptions
(`subscriptionSpec=1.0`).
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Iterable
from typing import Any, TypeVar

from gateway.exchange import IncrementalAnswer
from gateway.execute import wire_json
from gateway.execute.port import IncrementalPart, Payload

T = TypeVar("T")

DEFER_SPEC = "20220824"
DEFER_CONTENT_TYPE = b'multipart/mixed; boundary="-"; deferSpec=20220824'
DRAFT_CONTENT_TYPE = b'multipart/mixed; boundary="-"'
SUBSCRIPTION_CONTENT_TYPE = b'multipart/mixed; boundary="graphql"; subscriptionSpec=1.0'

_PART_HEAD = b"\r\ncontent-type: application/json; charset=utf-8\r\n\r\n"
_END = b"--\r\n"


def _start(boundary: bytes) -> bytes:
    return b"\r\n--" + boundary


def _part(boundary: bytes, body: bytes) -> bytes:
    # The delimiter goes with the part before it: clients take a part only once they have seen it.
    return _PART_HEAD + body + b"\r\n--" + boundary


# --- @defer -----------------------------------------------------------------------------------


async def incremental_20220824(answer: IncrementalAnswer) -> AsyncIterator[bytes]:
    """The format that Apollo's clients ask for with `deferSpec=20220824`."""
    yield _start(b"-")
    async for payload in answer.payloads:
        if payload.initial is not None:
            body = payload.initial.body(answer.errors, answer.extensions(payload))
            yield _part(b"-", _with(body, {"hasNext": payload.has_next}))
            continue
        parts = b",".join(_entry(part, {"path": list(part.path)}) for part in payload.parts)
        ending = _ending(payload, answer)
        head = b'{"incremental":[' + parts + b"]," if payload.parts else b"{"
        yield _part(b"-", head + ending)
    yield _END


def _ending(payload: Payload, answer: IncrementalAnswer) -> bytes:
    """The last entries of a later payload's object."""
    extensions = answer.extensions(payload)
    told = b'"extensions":' + wire_json.encode(extensions) + b"," if extensions else b""
    return told + b'"hasNext":' + (b"true" if payload.has_next else b"false") + b"}"


class _Draft:
    """The ids of one delivery in the draft's format."""

    def __init__(self) -> None:
        self._count = 0

    def announce(self, parts: Iterable[IncrementalPart]) -> list[tuple[str, IncrementalPart]]:
        result = []
        for part in parts:
            result.append((str(self._count), part))
            self._count += 1
        return result


async def incremental_draft(answer: IncrementalAnswer) -> AsyncIterator[bytes]:
    """The current draft's format: results are announced, delivered and completed by id.

    A deferred part in a list is known only once its object is; every part is therefore announced
    in the payload that brings it.
    """
    ids = _Draft()
    yield _start(b"-")
    async for payload in answer.payloads:
        if payload.initial is not None:
            body = payload.initial.body(answer.errors, answer.extensions(payload))
            yield _part(b"-", _with(body, {"pending": [], "hasNext": payload.has_next}))
            continue
        yield _part(b"-", _draft_payload(ids.announce(payload.parts), _ending(payload, answer)))
    yield _END


def _draft_payload(parts: list[tuple[str, IncrementalPart]], ending: bytes) -> bytes:
    pending = [_pending(identifier, part) for identifier, part in parts]
    delivered = [
        _entry(part, {"id": identifier}, named=False)
        for identifier, part in parts
        if part.data != b"null"
    ]
    completed: list[dict[str, Any]] = [
        {"id": identifier}
        if part.data != b"null"
        else {"id": identifier, "errors": list(part.errors)}
        for identifier, part in parts
    ]
    pieces = [b'{"pending":', wire_json.encode(pending)]
    if delivered:
        pieces += [b',"incremental":[', b",".join(delivered), b"]"]
    pieces += [b',"completed":', wire_json.encode(completed)]
    pieces += [b",", ending]
    return b"".join(pieces)


def _pending(identifier: str, part: IncrementalPart) -> dict[str, Any]:
    pending: dict[str, Any] = {"id": identifier, "path": list(part.path)}
    if part.label is not None:
        pending["label"] = part.label
    return pending


def _entry(part: IncrementalPart, head: dict[str, Any], *, named: bool = True) -> bytes:
    if named and part.label is not None:
        head["label"] = part.label
    if part.errors:
        head["errors"] = list(part.errors)
    return b'{"data":' + part.data + b"," + wire_json.encode(head)[1:]


def _with(body: bytes, further: dict[str, Any]) -> bytes:
    """Add entries to a JSON object that has some."""
    return body[:-1] + b"," + wire_json.encode(further)[1:]


# --- events -----------------------------------------------------------------------------------


async def server_sent_events(
    bodies: AsyncIterator[bytes], heartbeat: float
) -> AsyncIterator[bytes]:
    """Responses as `next` events and a final `complete`; comments keep the connection alive."""
    async for body in with_heartbeat(bodies, heartbeat):
        yield b":\n\n" if body is None else b"event: next\ndata: " + body + b"\n\n"
    yield b"event: complete\ndata:\n\n"


async def multipart_events(bodies: AsyncIterator[bytes], heartbeat: float) -> AsyncIterator[bytes]:
    """Responses as parts `{"payload": ...}`; an empty object keeps the connection alive."""
    yield _start(b"graphql")
    async for body in with_heartbeat(bodies, heartbeat):
        yield _part(b"graphql", b"{}" if body is None else b'{"payload":' + body + b"}")
    yield _END


async def single(body: bytes) -> AsyncIterator[bytes]:
    """One response as a stream of one."""
    yield body


async def with_heartbeat(source: AsyncIterator[T], seconds: float) -> AsyncIterator[T | None]:
    """The items of a source, and None whenever none came for a while. Closes the source."""
    pending: asyncio.Future[T] | None = None
    try:
        while True:
            if pending is None:
                pending = asyncio.ensure_future(_next(source))
            done, _ = await asyncio.wait((pending,), timeout=seconds)
            if not done:
                yield None
                continue
            try:
                item = pending.result()
            except StopAsyncIteration:
                return
            pending = None
            yield item
    finally:
        if pending is not None and not pending.done():
            pending.cancel()
            await asyncio.wait((pending,))
        await close(source)


async def _next(source: AsyncIterator[T]) -> T:
    return await anext(source)


async def close(source: AsyncIterator[Any]) -> None:
    """End a source that can be ended before its end."""
    closing: Callable[[], Any] | None = getattr(source, "aclose", None)
    if closing is not None:
        await closing()
