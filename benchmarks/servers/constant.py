"""Answers every request with the same 4 kB: python -m benchmarks.servers.constant."""

from __future__ import annotations

import asyncio
import sys

import uvloop

from benchmarks.servers.raw_http import serve

_ANSWER = b'{"data":{"x":"' + b"y" * 4000 + b'"}}'


async def _main() -> None:
    server = await serve(lambda target, head, body: _ANSWER)
    print(server.sockets[0].getsockname()[1], flush=True)
    await asyncio.to_thread(sys.stdin.read)


if __name__ == "__main__":
    uvloop.run(_main())
