"""One connection: writes a request, feeds the answer's parts to a sink, says whether it can stay.

Framing is llhttp's in its strict mode, which refuses what request smuggling is made of: repeated
or conflicting lengths, folded lines, bare line feeds. What it leaves open is refused here: any
transfer coding but `chunked`, protocol upgrades, bytes that nobody asked for.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Protocol, cast

import httptools

from gateway.errors import Code
from gateway.transport.port import TransportError

_MAX_INTERIM_RESPONSES = 8


class StaleConnectionError(TransportError):
    """A kept-alive connection was closed by the peer before any byte of an answer came.

    The peer may have closed it before it saw the request, so a request that may be sent twice can
    be tried again on a new connection.
    """


class Sink(Protocol):
    """Takes one answer. After `end` or `fail` nothing more comes.

    `head` and `data` may raise `TransportError`, which ends the exchange and the connection.
    """

    def head(self, status: int, headers: list[tuple[bytes, bytes]]) -> None: ...

    def data(self, chunk: bytes) -> None: ...

    def end(self) -> None: ...

    def fail(self, error: TransportError) -> None: ...


class Connection(asyncio.Protocol):
    """The protocol of one TCP or TLS connection; it carries one exchange at a time.

    `on_idle` is called when an answer is complete and the connection can take the next request,
    `on_lost` exactly once when it is gone. `deadline` and `idle_since` belong to the owner; they
    are loop times.
    """

    __slots__ = (
        "_chunked",
        "_complete",
        "_framed",
        "_header_bytes",
        "_headers",
        "_headers_done",
        "_heard",
        "_interim",
        "_keep",
        "_lost",
        "_max_header_bytes",
        "_on_idle",
        "_on_lost",
        "_parser",
        "_received",
        "_sink",
        "_surplus",
        "_transport",
        "_unheard",
        "_uses",
        "deadline",
        "idle_since",
        "name",
    )

    def __init__(
        self,
        name: str,
        max_header_bytes: int,
        on_idle: Callable[[Connection], None],
        on_lost: Callable[[Connection], None],
    ) -> None:
        self.name = name
        self.deadline = 0.0
        self.idle_since = 0.0
        self._max_header_bytes = max_header_bytes
        self._on_idle = on_idle
        self._on_lost = on_lost
        self._parser = httptools.HttpResponseParser(self)
        self._transport: asyncio.Transport | None = None
        self._sink: Sink | None = None
        self._uses = 0
        self._lost = False
        self._received = False
        self._headers: list[tuple[bytes, bytes]] = []
        self._header_bytes = 0
        self._headers_done = False
        self._framed = False
        self._chunked = False
        self._interim = 0
        self._heard = False
        self._unheard = 0
        self._complete = False
        self._surplus = False
        self._keep = False

    # --- for the owner ------------------------------------------------------------------------

    @property
    def usable(self) -> bool:
        """Whether a request can be started now."""
        transport = self._transport
        return self._sink is None and transport is not None and not transport.is_closing()

    @property
    def lost(self) -> bool:
        """Whether the connection is gone; `on_lost` has been called then."""
        return self._lost

    def start(self, request: bytes, sink: Sink) -> None:
        """Send a request; the sink gets the answer or an error."""
        transport = self._transport
        if transport is None or self._lost:
            sink.fail(self._stale("before the request was sent"))
            return
        self._uses += 1
        self._sink = sink
        self._received = False
        self._complete = False
        self._interim = 0
        self._unheard = 0
        self._reset_message()
        transport.write(request)

    def fail(self, error: TransportError) -> None:
        """End the exchange with this error and drop the connection."""
        sink, self._sink = self._sink, None
        self.abort()
        if sink is not None:
            sink.fail(error)

    def abandon(self) -> None:
        """Drop the connection because nobody waits for the answer any more."""
        self._sink = None
        self.abort()

    def abort(self) -> None:
        """Close at once; what is still to be sent is lost."""
        if self._transport is not None:
            self._transport.abort()

    def close(self) -> None:
        """Close an idle connection in good order."""
        if self._transport is not None:
            self._transport.close()

    def pause_reading(self) -> None:
        """Stop reading from the peer, so that TCP slows it down."""
        if self._transport is not None and not self._transport.is_closing():
            self._transport.pause_reading()

    def resume_reading(self) -> None:
        """Undo `pause_reading`."""
        if self._transport is not None and not self._transport.is_closing():
            self._transport.resume_reading()

    # --- asyncio.Protocol ---------------------------------------------------------------------

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Called by the loop."""
        # uvloop's transports have the interface of asyncio.Transport without being subclasses.
        self._transport = cast(asyncio.Transport, transport)

    def data_received(self, data: bytes) -> None:
        """Called by the loop."""
        if self._sink is None:
            # Bytes nobody asked for: what follows could be taken for the next answer.
            self.abort()
            return
        self._received = True
        self._heard = False
        try:
            self._parser.feed_data(data)
        except httptools.HttpParserCallbackError as error:
            refusal = error.__context__
            if not isinstance(refusal, TransportError):
                raise
            self.fail(refusal)
            return
        except httptools.HttpParserUpgrade:
            self.fail(self._malformed("the subgraph tried to switch protocols"))
            return
        except httptools.HttpParserError as error:
            if not self._complete:
                self.fail(self._malformed(f"the answer is not HTTP/1.1: {error}"))
                return
            self._surplus = True
        if self._complete:
            self._finish()
        elif not self._heard:
            # The parser keeps a header until its line ends, and chunks may have endless extensions.
            self._unheard += len(data)
            if self._unheard > self._max_header_bytes:
                self.fail(_oversized_head(self.name, self._max_header_bytes))

    def connection_lost(self, exc: Exception | None) -> None:
        """Called by the loop."""
        self._lost = True
        sink = self._sink
        self._on_lost(self)
        if sink is None:
            return
        self._sink = None
        if self._headers_done and not self._framed and exc is None:
            # An answer without length ends with its connection (RFC 9112, section 6.3).
            sink.end()
            return
        reason = "" if exc is None else f": {exc}"
        if self._received:
            sink.fail(
                TransportError(
                    Code.SUBREQUEST_HTTP_ERROR,
                    f"{self.name} closed the connection in the middle of its answer{reason}",
                )
            )
            return
        if self._uses > 1:
            sink.fail(self._stale(f"before it answered{reason}"))
            return
        sink.fail(
            TransportError(
                Code.SUBREQUEST_HTTP_ERROR,
                f"{self.name} closed the connection without an answer{reason}",
            )
        )

    # --- httptools callbacks ------------------------------------------------------------------

    def on_message_begin(self) -> None:
        """Called by the parser."""
        if self._complete:
            self._surplus = True
            return
        self._reset_message()

    def on_header(self, name: bytes, value: bytes) -> None:
        """Called by the parser, for trailers too."""
        self._header_bytes += len(name) + len(value) + 4
        if self._header_bytes > self._max_header_bytes:
            raise _oversized_head(self.name, self._max_header_bytes)
        if self._headers_done:
            return  # trailers carry nothing that a GraphQL answer needs
        name = name.lower()
        if name == b"transfer-encoding":
            if self._chunked or value.strip().lower() != b"chunked":
                raise self._malformed("the answer has a transfer coding other than chunked")
            self._chunked = self._framed = True
        elif name == b"content-length":
            self._framed = True
        self._headers.append((name, value))

    def on_headers_complete(self) -> None:
        """Called by the parser."""
        if self._surplus or self._sink is None:
            return
        status = self._parser.get_status_code()
        if status < 200:
            return
        self._headers_done = True
        self._hear()
        self._sink.head(status, self._headers)

    def on_body(self, chunk: bytes) -> None:
        """Called by the parser."""
        if self._sink is not None and not self._surplus:
            self._hear()
            self._sink.data(chunk)

    def on_message_complete(self) -> None:
        """Called by the parser."""
        if self._surplus:
            return
        if not self._headers_done:
            self._interim += 1
            if self._interim > _MAX_INTERIM_RESPONSES:
                raise self._malformed("too many interim answers")
            return
        self._complete = True
        self._keep = self._parser.should_keep_alive()

    # ------------------------------------------------------------------------------------------

    def _hear(self) -> None:
        self._heard = True
        self._unheard = 0

    def _reset_message(self) -> None:
        self._headers = []
        self._header_bytes = 0
        self._headers_done = False
        self._framed = False
        self._chunked = False

    def _finish(self) -> None:
        sink, self._sink = self._sink, None
        transport = self._transport
        if sink is None or transport is None:
            return
        # An answer that came before the whole request was sent leaves the rest of it on the wire.
        if self._keep and not self._surplus and transport.get_write_buffer_size() == 0:
            self._on_idle(self)
        else:
            transport.close()
        sink.end()

    def _stale(self, when: str) -> StaleConnectionError:
        return StaleConnectionError(
            Code.SUBREQUEST_HTTP_ERROR, f"{self.name} closed the kept-alive connection {when}"
        )

    def _malformed(self, detail: str) -> TransportError:
        return TransportError(Code.SUBREQUEST_MALFORMED_RESPONSE, f"{self.name}: {detail}")


def _oversized_head(name: str, limit: int) -> TransportError:
    return TransportError(
        Code.SUBREQUEST_TOO_LARGE, f"{name} sent more than {limit} bytes of headers"
    )
