"""Plans of one request whose answer is the client's answer: bytes in, bytes out.

The planner offers such a document only where the subgraph's answer needs no change at all. Whatever
does not look like a plain, complete data object takes the parsed way: a false alarm costs time, not
correctness.
"""

from __future__ import annotations

from typing import Any

import orjson

from gateway.execute import wire_json
from gateway.execute.port import ExecutionContext
from gateway.transport.port import SubgraphResponse


class PassThrough:
    """The client's own operation, ready to be sent."""

    __slots__ = ("_bare", "_head")

    def __init__(self, document: str) -> None:
        self._head = b'{"query":' + wire_json.encode(document)
        self._bare = self._head + b"}"

    def body(self, context: ExecutionContext) -> bytes:
        """The request's body with all of the client's variables."""
        if not context.variables:
            return self._bare
        variables: dict[str, Any] = dict(context.variables)
        return self._head + b',"variables":' + wire_json.encode(variables) + b"}"


def is_answer(response: SubgraphResponse, max_bytes: int) -> bool:
    """Whether these bytes may be the client's answer as they stand.

    They are read all the same, so that clients get JSON whatever a subgraph sends.
    """
    body = response.body
    if not 200 <= response.status < 300 or len(body) > max_bytes:
        return False
    try:
        payload = orjson.loads(body)
    except orjson.JSONDecodeError:
        return False
    return payload.__class__ is dict and len(payload) == 1 and payload.get("data").__class__ is dict
