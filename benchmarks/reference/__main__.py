"""Serve the hand-written gateway: python -m benchmarks.reference PORT SUBGRAPHS_PORT."""

from __future__ import annotations

import sys
from collections.abc import Awaitable, Callable
from typing import Any

import orjson
import uvicorn

from benchmarks.reference.operations import Headers, Shop
from benchmarks.workload.resolve import operation
from gateway.transport.http1.client import Http1Transport
from gateway.transport.settings import TransportSettings

Handler = Callable[[Headers], Awaitable[bytes]]


class Application:
    """A raw ASGI application that knows three texts."""

    def __init__(self, shop: Shop) -> None:
        self._handlers: dict[str, Handler] = {
            operation("large"): shop.large,
            operation("two_hops"): shop.two_hops,
            operation("one_fetch"): shop.one_fetch,
            "{ __typename }": self._alive,
        }

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        if scope["type"] != "http":
            return
        message = await receive()
        body = message.get("body", b"")
        while message.get("more_body"):
            message = await receive()
            body += message.get("body", b"")
        headers = tuple(
            (name.decode("latin-1"), value.decode("latin-1"))
            for name, value in scope["headers"]
            if name == b"authorization"
        )
        answer = await self._handlers[orjson.loads(body)["query"]](headers)
        await send(
            {
                "type": "http.response.start",
                "status": 200,
                "headers": [
                    (b"content-type", b"application/json"),
                    (b"content-length", str(len(answer)).encode()),
                ],
            }
        )
        await send({"type": "http.response.body", "body": answer})

    async def _alive(self, headers: Headers) -> bytes:
        return b'{"data":{"__typename":"Query"}}'


def main() -> None:
    port, subgraphs_port = map(int, sys.argv[1:])
    shop = Shop(Http1Transport(TransportSettings()), f"http://127.0.0.1:{subgraphs_port}/")
    uvicorn.run(
        Application(shop),
        host="127.0.0.1",
        port=port,
        loop="uvloop",
        http="httptools",
        lifespan="off",
        access_log=False,
        log_level="warning",
    )


if __name__ == "__main__":
    main()
