"""A subgraph on a real socket that answers when the test says so, and notices who hangs up."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any


@dataclass
class SlowSubgraph:
    """`answers` are the data by a field that the document asks for, `asked` the documents that
    came; `answer` lets all answers go."""

    answers: dict[str, Any]
    url: str = ""
    asked: list[str] = field(default_factory=list)
    hung_up: int = 0
    answer: asyncio.Event = field(default_factory=asyncio.Event)

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """One connection of the gateway."""
        try:
            while await self._exchange(reader, writer):
                pass
        except (asyncio.IncompleteReadError, ConnectionError):
            pass  # the gateway closed an idle connection
        finally:
            writer.close()

    async def _exchange(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> bool:
        head = (await reader.readuntil(b"\r\n\r\n")).decode().lower()
        length = int(head.partition("content-length: ")[2].partition("\r\n")[0])
        self.asked.append(json.loads(await reader.readexactly(length))["query"])
        waiting = asyncio.ensure_future(self.answer.wait())
        leaving = asyncio.ensure_future(reader.read(1))
        await asyncio.wait((waiting, leaving), return_when=asyncio.FIRST_COMPLETED)
        waiting.cancel()
        leaving.cancel()
        await asyncio.gather(waiting, leaving, return_exceptions=True)
        if not self.answer.is_set():
            self.hung_up += 1
            return False
        found = {name: value for name, value in self.answers.items() if name in self.asked[-1]}
        body = json.dumps({"data": found}).encode()
        writer.write(
            b"HTTP/1.1 200 OK\r\ncontent-type: application/json\r\n"
            b"content-length: %d\r\n\r\n%b" % (len(body), body)
        )
        await writer.drain()
        return True


@asynccontextmanager
async def slow_subgraph(answers: dict[str, Any]) -> AsyncIterator[SlowSubgraph]:
    """A slow subgraph with these answers."""
    subgraph = SlowSubgraph(answers)
    server = await asyncio.start_server(subgraph.serve, "127.0.0.1", 0)
    subgraph.url = f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}/graphql"
    try:
        yield subgraph
    finally:
        server.close()
