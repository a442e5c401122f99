"""A small HTTP/2 server on the h2 library, whose behaviour in each stream the test decides."""

from __future__ import annotations

import asyncio
import ssl
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field

import h2.config
import h2.connection
import h2.events
import h2.exceptions


@dataclass
class Stream:
    """One request, complete, and the way to answer it."""

    number: int
    headers: list[tuple[str, str]]
    connection: _Connection
    body: bytes = b""

    def header(self, name: str) -> str | None:
        return next((value for key, value in self.headers if key == name), None)

    async def answer(self, body: bytes, status: int = 200, **headers: str) -> None:
        head = [(":status", str(status)), ("content-type", "application/json"), *headers.items()]
        await self.connection.send(self.number, head, body)

    async def reset(self) -> None:
        """End this stream with an error, and no other."""
        self.connection.state.reset_stream(self.number, error_code=2)
        await self.connection.flush()

    async def go_away(self) -> None:
        """End the whole connection as a server does that shuts down."""
        self.connection.state.close_connection()
        await self.connection.flush()
        self.connection.writer.close()


Script = Callable[[Stream], Awaitable[None]]


@dataclass
class Http2Peer:
    """A running server and what it has seen."""

    port: int = 0
    connections: int = 0
    open_connections: int = 0
    streams: list[Stream] = field(default_factory=list)
    protocols: set[str | None] = field(default_factory=set)

    @property
    def url(self) -> str:
        return f"https://127.0.0.1:{self.port}/graphql"


class _Connection:
    def __init__(
        self, peer: Http2Peer, reader: asyncio.StreamReader, writer: asyncio.StreamWriter
    ) -> None:
        self.writer = writer
        self.state = h2.connection.H2Connection(h2.config.H2Configuration(client_side=False))
        self._peer = peer
        self._reader = reader
        self._open: dict[int, Stream] = {}
        self._tasks: dict[int, asyncio.Task[None]] = {}
        self._window = asyncio.Event()

    async def run(self, script: Script) -> None:
        self.state.initiate_connection()
        await self.flush()
        try:
            while data := await self._reader.read(65_536):
                for event in self.state.receive_data(data):
                    self._handle(event, script)
                await self.flush()
        finally:
            for task in self._tasks.values():
                task.cancel()
            await asyncio.gather(*self._tasks.values(), return_exceptions=True)

    def _handle(self, event: h2.events.Event, script: Script) -> None:
        if isinstance(event, h2.events.RequestReceived):
            headers = [(name.decode(), value.decode("latin-1")) for name, value in event.headers]
            self._open[event.stream_id] = Stream(event.stream_id, headers, self)
        elif isinstance(event, h2.events.DataReceived):
            self._open[event.stream_id].body += event.data
            self.state.acknowledge_received_data(event.flow_controlled_length, event.stream_id)
        elif isinstance(event, h2.events.StreamEnded):
            stream = self._open.pop(event.stream_id)
            self._peer.streams.append(stream)
            task = asyncio.ensure_future(self._scripted(script, stream))
            self._tasks[event.stream_id] = task
        elif isinstance(event, h2.events.StreamReset):
            if (left := self._tasks.pop(event.stream_id, None)) is not None:
                left.cancel()
        elif isinstance(event, h2.events.WindowUpdated):
            self._window.set()

    async def _scripted(self, script: Script, stream: Stream) -> None:
        with suppress(ConnectionError, h2.exceptions.ProtocolError):  # the client has left
            await script(stream)

    async def send(self, number: int, head: list[tuple[str, str]], body: bytes) -> None:
        self.state.send_headers(number, head)
        while body:
            room = self.state.local_flow_control_window(number)
            room = min(room, self.state.max_outbound_frame_size)
            if room:
                self.state.send_data(number, body[:room])
                body = body[room:]
                await self.flush()
            else:
                self._window.clear()
                await self._window.wait()
        self.state.end_stream(number)
        await self.flush()

    async def flush(self) -> None:
        self.writer.write(self.state.data_to_send())
        await self.writer.drain()


@asynccontextmanager
async def http2_peer(script: Script, tls: ssl.SSLContext) -> AsyncIterator[Http2Peer]:
    """Serve `script`, which is called for each complete request, over TLS on a free port."""
    running = Http2Peer()
    tls.set_alpn_protocols(["h2"])
    tasks: set[asyncio.Task[None]] = set()

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        running.connections += 1
        running.open_connections += 1
        running.protocols.add(writer.get_extra_info("ssl_object").selected_alpn_protocol())
        try:
            await _Connection(running, reader, writer).run(script)
        except (ConnectionError, ssl.SSLError, h2.exceptions.ProtocolError):
            pass  # the client has left
        finally:
            running.open_connections -= 1
            writer.close()

    def accept(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.create_task(serve(reader, writer))
        tasks.add(task)
        task.add_done_callback(tasks.discard)

    server = await asyncio.start_server(accept, "127.0.0.1", 0, ssl=tls, backlog=512)
    running.port = server.sockets[0].getsockname()[1]
    try:
        yield running
    finally:
        server.close()
        for task in list(tasks):
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
