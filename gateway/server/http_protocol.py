"""uvicorn's HTTP protocol with bounds on slow clients, and a short way for whole requests.

The bounds are a head's size, its lines and its time, and the time in which nothing of an answer is
read: uvicorn leaves these to a proxy in front, and this gateway is meant to stand alone.

The short way is for what nearly every request is: a POST to the GraphQL endpoint whose body is
there as soon as its head is. ASGI's scope, messages and events are made for bodies and answers that
come in parts; such a request is handed to the application as one value, and answered in one write.
Everything else is uvicorn's, as it is.
"""

from __future__ import annotations

import asyncio
from typing import Any, cast

from uvicorn.protocols.http.httptools_impl import (
    STATUS_LINE,
    HttpToolsProtocol,
    RequestResponseCycle,
)

from gateway.server.http import (
    SERVED_CONNECTION,
    Abandonable,
    HeaderList,
    Receive,
    Scope,
    Send,
)
from gateway.server.whole_request import DirectApplication, WholeRequest
from gateway.server.write_timeout import WriteTimeout
from gateway.settings.serving import Limits


class HeadRefusedError(Exception):
    """The head exceeds a bound; raised inside the parser, which then reports a bad request."""


class BoundedHttpProtocol(HttpToolsProtocol):
    """Made concrete by `bounded_protocol`."""

    limits: Limits = Limits()
    serving: Abandonable | None = None

    _reading_head = True
    _head_bytes = 0
    _head_timer: asyncio.TimerHandle | None = None
    _trailers = 0
    _pieces = 0
    _unheard_bytes = 0
    _running: WholeRequest | RequestResponseCycle | None = None
    _may_upgrade = True
    _is_deaf = False
    _refusal: int | None = None
    _arriving: WholeRequest | None = None
    _direct: DirectApplication | None = None
    _idle_since = 0.0
    _unread: WriteTimeout

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        """Start the clock: a connection on which nothing is said is closed as well."""
        super().connection_made(transport)
        self._unread = WriteTimeout(self.loop, transport, self.limits.http_write_timeout)
        if hasattr(self.app, "direct"):
            self._direct = self.app
        self._await_head()

    def connection_lost(self, exc: Exception | None) -> None:
        """Stop the clocks, and what the client does not wait for any more."""
        self._head_complete()
        self._unread.end()
        self._arriving = None
        running = self._running
        if running is not None and not running.response_complete:
            # uvicorn tells the last request that came; the one being answered may be another.
            running.disconnected = True
            running.message_event.set()
        super().connection_lost(exc)
        if self.serving is not None:
            self.serving.abandon()

    def pause_writing(self) -> None:
        """The client does not take all of an answer at once."""
        super().pause_writing()
        self._unread.paused()

    def resume_writing(self) -> None:
        """The client has taken it."""
        super().resume_writing()
        self._unread.resumed()

    def data_received(self, data: bytes) -> None:
        """Feed the parser; a head that is still incomplete afterwards is measured."""
        if self._is_deaf:
            return
        pieces = self._pieces
        super().data_received(data)
        if self._is_deaf or self.transport.is_closing():
            return
        if self._arriving is not None:
            self._go_on_as_asgi(self._arriving)
        if self._trailers > self.limits.http_max_headers:
            self.transport.close()
        elif self._reading_head:
            self._head_bytes += len(data)
            if self._head_bytes > self.limits.http_max_header_bytes + self._url_bytes():
                self._refuse(431)
            elif self._head_timer is None:
                self._await_head()
        elif self.cycle is not None and self.cycle.more_body:
            # The parser keeps trailers until they are complete. What comes between two pieces of a
            # body, or after the last, has the bound of a head.
            self._unheard_bytes = self._unheard_bytes + len(data) if pieces == self._pieces else 0
            if self._unheard_bytes > self.limits.http_max_header_bytes:
                self.transport.close()

    def _url_bytes(self) -> int:
        return self.limits.http_max_query_string_bytes + 1024

    # --- the parser's callbacks -----------------------------------------------------------------

    def on_message_begin(self) -> None:
        """A new request starts; its scope is made only if it goes the way of ASGI."""
        self.url = b""
        self.expect_100_continue = False
        self.headers = []
        self._reading_head = True
        self._head_bytes = 0
        self._trailers = self._unheard_bytes = 0

    def on_header(self, name: bytes, value: bytes) -> None:
        """Keep a header; trailers, which the parser reports here too, are none."""
        if self._reading_head:
            super().on_header(name, value)
        else:
            self._trailers += 1

    def on_url(self, url: bytes) -> None:
        """Bound the request target."""
        super().on_url(url)
        if len(self.url) > self._url_bytes():
            self._refusal = 414
            raise HeadRefusedError

    def on_headers_complete(self) -> None:
        """The head is here in time."""
        self._head_complete()
        headers = self.headers
        size = sum([len(name) + len(value) + 4 for name, value in headers])
        limits = self.limits
        if len(headers) > limits.http_max_headers or size > limits.http_max_header_bytes:
            self._refusal = 431
            raise HeadRefusedError
        if self._may_be_direct():
            self._arriving = WholeRequest(self, self.url.decode("ascii"), headers)
            self.cycle = self._arriving  # type: ignore[assignment]
        else:
            self._begin_as_asgi(self.url, headers)

    def on_body(self, body: bytes) -> None:
        """Keep a piece of the body."""
        arriving = self._arriving
        if arriving is None:
            self._pieces += 1
            super().on_body(body)
        else:
            arriving.body = arriving.body + body if arriving.body else body

    def on_message_complete(self) -> None:
        """Answer a request that arrived whole."""
        arriving, direct = self._arriving, self._direct
        if arriving is None or direct is None:
            super().on_message_complete()
            return
        self._arriving = None
        self._running = arriving
        self.tasks.add(arriving.start(direct))

    # --- the two ways ---------------------------------------------------------------------------

    def _may_be_direct(self) -> bool:
        parser, before = self.parser, self.cycle
        return (
            self._direct is not None
            and (before is None or before.response_complete)
            and parser.get_method() == b"POST"
            and self._direct.takes(self.url)
            and not self.expect_100_continue
            and not parser.should_upgrade()
            and parser.get_http_version() == "1.1"
        )

    def _begin_as_asgi(self, url: bytes, headers: HeaderList) -> None:
        """What uvicorn does when a head is complete."""
        self._may_upgrade = not self._is_answering()
        expected = self.expect_100_continue
        super().on_message_begin()
        self.url, self.expect_100_continue = url, expected
        self.headers += headers
        super().on_headers_complete()
        # ASGI wants extensions to be dicts; this one never leaves the process.
        offered: dict[str, Any] = {SERVED_CONNECTION: self}
        self.scope["extensions"] = offered

    def _start_asgi_task(self, cycle: RequestResponseCycle, app: Any) -> None:
        self._running = cycle
        super()._start_asgi_task(cycle, app)

    def _go_on_as_asgi(self, arriving: WholeRequest) -> None:
        """More of the body has still to come, and ASGI is made for that."""
        self._arriving = None
        self.cycle = None  # type: ignore[assignment]
        self._begin_as_asgi(self.url, arriving.header_list)
        if arriving.body:
            super().on_body(arriving.body)

    def hand_over(self, request: WholeRequest) -> tuple[Scope, Receive, Send]:
        """A cycle of uvicorn's for a request whose body has been read and that is not answered."""
        scope: Scope = {
            "type": "http",
            "http_version": "1.1",
            "method": request.method,
            "path": request.path,
            "query_string": request.query_string,
            "headers": request.header_list,
            "client": self.client,
        }
        cycle = RequestResponseCycle(
            scope=scope,  # type: ignore[arg-type]
            transport=self.transport,
            flow=self.flow,
            logger=self.logger,
            access_logger=self.access_logger,
            access_log=self.access_log,
            default_headers=self.server_state.default_headers,
            message_event=asyncio.Event(),
            expect_100_continue=False,
            keep_alive=request.keep_alive,
            on_response=self.on_response_complete,
        )
        cycle.more_body = False
        cycle.disconnected = request.disconnected
        if cast(object, self.cycle) is request:
            self.cycle = cycle
        self._running = cycle
        request.handed_over(cycle)
        return scope, cast(Receive, cycle.receive), cast(Send, cycle.send)

    def _should_upgrade(self) -> bool:
        # An answer that is still to come would be written into the other protocol; a server may
        # ignore the wish (RFC 9110, section 7.8).
        return self._may_upgrade and super()._should_upgrade()

    def handle_websocket_upgrade(self) -> None:
        """The connection is another protocol's from here on, and so is its time."""
        if self.timeout_keep_alive_task is not None:
            self.timeout_keep_alive_task.cancel()
            self.timeout_keep_alive_task = None
        self._unread.end()
        super().handle_websocket_upgrade()

    # --- keeping connections --------------------------------------------------------------------

    def on_response_complete(self) -> None:
        """The next request of the connection may start; a pause is bounded by one lasting timer."""
        self.server_state.total_requests += 1
        if self.transport.is_closing():
            return
        self.flow.resume_reading()
        if self.pipeline:
            self._start_asgi_task(*self.pipeline.pop())
            return
        self._idle_since = self.loop.time()
        if self.timeout_keep_alive_task is None:
            self._keep_alive_for(self.timeout_keep_alive)

    def _unset_keepalive_if_required(self) -> None:
        # uvicorn makes a timer for each pause and cancels it when data come; here one timer looks
        # whether the pause was long enough.
        if self.transport is not None and self.transport.is_closing():
            super()._unset_keepalive_if_required()

    def _keep_alive_for(self, seconds: float) -> None:
        self.timeout_keep_alive_task = self.loop.call_later(
            seconds, self.timeout_keep_alive_handler
        )

    def timeout_keep_alive_handler(self) -> None:
        """Close a connection on which nothing was asked for long enough."""
        self.timeout_keep_alive_task = None
        if self.transport.is_closing():
            return
        busy = self.cycle is not None and not self.cycle.response_complete
        if busy or (self._reading_head and self._head_bytes):
            return  # the end of the answer starts the next pause
        left = self._idle_since + self.timeout_keep_alive - self.loop.time()
        if left > 0:
            self._keep_alive_for(left)
        else:
            self.transport.close()

    # --- heads that are refused -----------------------------------------------------------------

    def send_400_response(self, msg: str) -> None:
        """Answer a head that the parser, or a bound, refused."""
        self._arriving = None
        if self._refusal is None:
            if not self._ends_after_answer():
                super().send_400_response(msg)
        else:
            self._refuse(self._refusal)

    def _await_head(self) -> None:
        self._head_timer = self.loop.call_later(
            self.limits.http_header_timeout, self._head_timed_out
        )

    def _head_complete(self) -> None:
        self._reading_head = False
        if self._head_timer is not None:
            self._head_timer.cancel()
            self._head_timer = None

    def _head_timed_out(self) -> None:
        self._head_timer = None
        if self._reading_head and not self.transport.is_closing():
            self._refuse(408)

    def _is_answering(self) -> bool:
        """Whether a request that is here completely waits for its answer."""
        running = self._running
        return running is not None and not (running.response_complete or running.more_body)

    def _ends_after_answer(self) -> bool:
        """Let the connection end with the answer under way, if there is one.

        The client would take a refusal for that answer, and might ask for the same again.
        """
        if not self._is_answering():
            return False
        running = self._running
        assert running is not None  # noqa: S101 - it is answering
        running.keep_alive = False
        self.pipeline.clear()
        self.cycle = cast(RequestResponseCycle, running)
        self._is_deaf = True
        return True

    def _refuse(self, status: int) -> None:
        if self._ends_after_answer():
            return
        self.transport.write(
            STATUS_LINE[status] + b"content-length: 0\r\nconnection: close\r\n\r\n"
        )
        self.transport.close()


def bounded_protocol(bounds: Limits) -> type[BoundedHttpProtocol]:
    """The protocol class for these limits."""
    return type("BoundedHttpProtocol", (BoundedHttpProtocol,), {"limits": bounds})
