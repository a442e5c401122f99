"""The four subgraphs in one process: `/accounts`, `/inventory`, `/products`, `/reviews`.

Each distinct request body is executed once by graphql-core and its answer kept, so that after the
warm-up a request costs a look-up, whatever documents a gateway writes. `/stats` tells how many
requests came since it was last asked, how many had to be executed, and how many came without the
client's Authorization header.

    python -m benchmarks.servers.subgraphs        (prints its port, ends with standard input)
"""

from __future__ import annotations

import asyncio
import json
import sys

import uvloop
from graphql import GraphQLSchema, graphql_sync

from benchmarks.servers.raw_http import serve
from benchmarks.workload.resolve import SUBGRAPHS, subgraph_schema


class Subgraphs:
    """Answers by subgraph and request body."""

    def __init__(self) -> None:
        self._schemas: dict[bytes, GraphQLSchema] = {
            f"/{name}".encode(): subgraph_schema(name) for name in SUBGRAPHS
        }
        self._known: dict[tuple[bytes, bytes], bytes] = {}
        self._requests = self._executed = self._anonymous = 0

    def handle(self, target: bytes, head: bytes, body: bytes) -> bytes:
        if target == b"/stats":
            return self._stats()
        self._requests += 1
        if b"\r\nauthorization:" not in head:
            self._anonymous += 1
        key = (target, body)
        answer = self._known.get(key)
        if answer is None:
            answer = self._known[key] = self._execute(target, body)
        return answer

    def _execute(self, target: bytes, body: bytes) -> bytes:
        self._executed += 1
        request = json.loads(body)
        result = graphql_sync(
            self._schemas[target],
            request["query"],
            variable_values=request.get("variables"),
            operation_name=request.get("operationName"),
        )
        return json.dumps(result.formatted, separators=(",", ":")).encode()

    def _stats(self) -> bytes:
        stats = {
            "requests": self._requests,
            "executed": self._executed,
            "anonymous": self._anonymous,
        }
        self._requests = self._executed = self._anonymous = 0
        return json.dumps(stats).encode()


async def _main() -> None:
    server = await serve(Subgraphs().handle)
    print(server.sockets[0].getsockname()[1], flush=True)
    # The parent holds the other end: when it is gone, so is this process.
    await asyncio.to_thread(sys.stdin.read)


if __name__ == "__main__":
    uvloop.run(_main())
