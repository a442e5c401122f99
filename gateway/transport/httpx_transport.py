"""`Transport` over httpx: HTTP/2, proxies, and whatever transport a test puts into its client."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass

import httpx

from gateway.errors import Code
from gateway.transport.decoding import ACCEPTED, BodyTooLargeError, DecodingError, decode
from gateway.transport.http1.answers import too_large
from gateway.transport.http1.wire import (
    ACCEPT,
    CONNECTION_HEADERS,
    InvalidHeaderError,
    InvalidUrlError,
    endpoint,
    header_block,
)
from gateway.transport.httpx_surplus import SurplusRefusingTransport
from gateway.transport.port import (
    SubgraphRequest,
    SubgraphResponse,
    SubgraphStream,
    TransportError,
)
from gateway.transport.settings import TransportSettings
from gateway.transport.tls import client_context

_STREAM_ACCEPT = "text/event-stream, multipart/mixed;q=0.9, application/json;q=0.8"


_MOST_ABANDONED = 20
"""Open streams that a client may leave behind; servers commonly allow 100 in a connection."""


@dataclass(eq=False, slots=True)
class _Lease:
    """A client, how many exchanges it carries, and how many it gave up before their end."""

    client: httpx.AsyncClient
    exchanges: int = 0
    abandoned: int = 0


class HttpxTransport:
    """Sends requests through an `httpx.AsyncClient`.

    `base` replaces the network: `httpx.MockTransport` or `httpx.ASGITransport`. Bodies are read
    undecoded and inflated here, because httpx inflates without a limit.
    """

    def __init__(
        self, settings: TransportSettings, *, base: httpx.AsyncBaseTransport | None = None
    ) -> None:
        self._settings = settings
        self._base = base
        self._current = _Lease(self._new_client())
        self._closing: set[asyncio.Task[None]] = set()

    async def send(self, request: SubgraphRequest) -> SubgraphResponse:
        """Send a request and return its whole answer; see `Transport`."""
        built = self._build(request, self._settings.compression, ACCEPT)
        try:
            async with asyncio.timeout_at(self._deadline(request)):
                try:
                    return await self._exchange(request, built)
                except httpx.RemoteProtocolError as error:
                    # A kept-alive connection may be closed just when it is used again.
                    if not (request.idempotent and _unanswered(error)):
                        raise
                return await self._exchange(request, built)
        except (TimeoutError, httpx.HTTPError, httpx.StreamError) as error:
            raise _translated(request, error) from error

    @asynccontextmanager
    async def stream(self, request: SubgraphRequest) -> AsyncIterator[SubgraphStream]:
        """Send a request and give its answer piece by piece; see `StreamingTransport`."""
        built = self._build(request, False, _STREAM_ACCEPT)
        with self._leased() as lease:
            try:
                async with asyncio.timeout_at(self._deadline(request)):
                    response = await lease.client.send(built, stream=True)
            except (TimeoutError, httpx.HTTPError) as error:
                raise _translated(request, error) from error
            try:
                self._refuse_compressed(request, response)
                yield _HttpxStream(request, response)
            finally:
                lease.abandoned += not response.is_stream_consumed
                await response.aclose()

    async def close(self) -> None:
        """Close all connections."""
        await self._current.client.aclose()
        await asyncio.gather(*self._closing)

    # ------------------------------------------------------------------------------------------

    async def _exchange(self, request: SubgraphRequest, built: httpx.Request) -> SubgraphResponse:
        with self._leased() as lease:
            response = await lease.client.send(built, stream=True)
            try:
                body = await self._read(request, response)
            finally:
                await response.aclose()
        return SubgraphResponse(response.status_code, body, _headers(response))

    @contextmanager
    def _leased(self) -> Iterator[_Lease]:
        """The client for one exchange.

        httpcore does not reset the HTTP/2 streams of requests that are given up, and a connection
        has room for a limited number of open ones. So a client that gave up some is replaced for
        the requests to come, and closed when those that it carries have ended.
        """
        lease = self._current
        lease.exchanges += 1
        try:
            yield lease
        except (httpx.ConnectError, httpx.ConnectTimeout, httpx.PoolTimeout):
            raise  # no stream was opened
        except BaseException:
            lease.abandoned += 1
            raise
        finally:
            lease.exchanges -= 1
            if self._settings.http2 and lease.abandoned >= _MOST_ABANDONED:
                self._replace(lease)

    def _replace(self, lease: _Lease) -> None:
        if lease is self._current:
            self._current = _Lease(self._new_client())
        if not lease.exchanges:
            task = asyncio.get_running_loop().create_task(lease.client.aclose())
            self._closing.add(task)
            task.add_done_callback(self._closing.discard)

    def _refuse_compressed(self, request: SubgraphRequest, response: httpx.Response) -> None:
        encoding = response.headers.get("content-encoding", "").strip().lower()
        if encoding not in ("", "identity"):
            raise TransportError(
                Code.SUBREQUEST_MALFORMED_RESPONSE,
                f"{request.subgraph} compressed a stream although it was asked not to",
            )

    def _new_client(self) -> httpx.AsyncClient:
        settings = self._settings
        limits = httpx.Limits(
            max_connections=settings.max_connections,
            max_keepalive_connections=settings.max_connections,
            keepalive_expiry=settings.keepalive_expiry,
        )
        timeout = httpx.Timeout(None, connect=settings.connect_timeout)
        transport = self._base
        if transport is None:
            transport = SurplusRefusingTransport(
                verify=client_context(settings.tls),
                http2=settings.http2,
                limits=limits,
                proxy=settings.proxy,
            )
        # Environment variables are not read: where requests go is the configuration's to say.
        return httpx.AsyncClient(transport=transport, timeout=timeout, trust_env=False)

    def _build(self, request: SubgraphRequest, compression: bool, accept: str) -> httpx.Request:
        try:
            endpoint(request.url)
        except InvalidUrlError as error:
            raise TransportError(
                Code.SUBREQUEST_HTTP_ERROR,
                f"the URL of subgraph {request.subgraph!r} cannot be used: {error}",
                sent=False,
            ) from error
        try:
            header_block(request.headers, compression=compression)  # checks every one of them
        except InvalidHeaderError as error:
            raise TransportError(Code.BAD_REQUEST, str(error), sent=False) from error
        headers = [
            (name.lower().encode("ascii"), value.encode("latin-1"))
            for name, value in request.headers
            if name.lower() not in CONNECTION_HEADERS
        ]
        given = {name for name, _ in headers}
        defaults = {
            b"content-type": b"application/json",
            b"accept": accept.encode("ascii"),
            b"user-agent": b"c2c-gateway",
        }
        headers += [pair for pair in defaults.items() if pair[0] not in given]
        headers.append((b"accept-encoding", ACCEPTED.encode() if compression else b"identity"))
        return httpx.Request("POST", request.url, headers=headers, content=request.body)

    def _deadline(self, request: SubgraphRequest) -> float:
        now = asyncio.get_running_loop().time()
        deadline = now + self._settings.timeout
        if request.deadline is not None:
            deadline = min(deadline, request.deadline)
        if deadline <= now:
            raise TransportError(Code.GATEWAY_TIMEOUT, "no time was left", sent=False)
        return deadline

    async def _read(self, request: SubgraphRequest, response: httpx.Response) -> bytes:
        limit = self._settings.max_response_bytes
        declared = response.headers.get("content-length", "")
        if declared.isdigit() and int(declared) > limit:
            raise too_large(request.subgraph, limit)
        chunks: list[bytes] = []
        size = 0
        async for chunk in response.aiter_raw():
            size += len(chunk)
            if size > limit:
                raise too_large(request.subgraph, limit)
            chunks.append(chunk)
        encoding = response.headers.get("content-encoding")
        body = b"".join(chunks)
        if encoding is None:
            return body
        try:
            return decode(body, encoding, limit)
        except DecodingError as error:
            raise TransportError(
                Code.SUBREQUEST_MALFORMED_RESPONSE, f"{request.subgraph}: {error}"
            ) from error
        except BodyTooLargeError:
            raise too_large(request.subgraph, limit) from None


class _HttpxStream:
    """`SubgraphStream` over an open httpx response."""

    def __init__(self, request: SubgraphRequest, response: httpx.Response) -> None:
        self.status = response.status_code
        self.headers = _headers(response)
        self._request = request
        self._response = response

    def header(self, name: str) -> str | None:
        """The first value of a header, by its lower-case name."""
        return next((value for key, value in self.headers if key == name), None)

    async def __aiter__(self) -> AsyncIterator[bytes]:
        try:
            async for chunk in self._response.aiter_raw():
                yield chunk
        except (httpx.HTTPError, httpx.StreamError) as error:
            raise _translated(self._request, error) from error


def _headers(response: httpx.Response) -> tuple[tuple[str, str], ...]:
    return tuple(
        (name.decode("latin-1").lower(), value.decode("latin-1"))
        for name, value in response.headers.raw
    )


def _translated(request: SubgraphRequest, error: Exception) -> TransportError:
    name = request.subgraph
    detail = f"{name}: {error or type(error).__name__}"
    if isinstance(error, (TimeoutError, httpx.TimeoutException)):
        unsent = isinstance(error, (httpx.ConnectTimeout, httpx.PoolTimeout))
        return TransportError(
            Code.GATEWAY_TIMEOUT, f"{name} did not answer in time", sent=not unsent
        )
    if isinstance(error, (httpx.ConnectError, httpx.UnsupportedProtocol)):
        return TransportError(Code.SUBREQUEST_HTTP_ERROR, detail, sent=False)
    if isinstance(error, httpx.RemoteProtocolError) and not _broke_off(error):
        return TransportError(Code.SUBREQUEST_MALFORMED_RESPONSE, detail)
    return TransportError(Code.SUBREQUEST_HTTP_ERROR, detail)


def _unanswered(error: httpx.RemoteProtocolError) -> bool:
    return "without sending a response" in str(error)


def _broke_off(error: httpx.RemoteProtocolError) -> bool:
    text = str(error)
    return "disconnected" in text or "closed" in text
