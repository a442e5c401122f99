"""Plans of one request whose answer is the client's answer: bytes in, bytes out.

The planner offers such a document only where the subgraph's answer needs no change at all. Whatever
does not look like a plain, complete data object takes the parsed way: a false alarm costs time, not
correctness.
"""

from __future__ import annotations

import re
from typing import Any, Final

from gateway.execute import wire_json
from gateway.execute.port import ExecutionContext
from gateway.transport.port import SubgraphResponse

_PLAIN: Final = re.compile(rb'[ \t\r\n]*\{[ \t\r\n]*"data"[ \t\r\n]*:[ \t\r\n]*\{').match
_END: Final = re.compile(rb"\}[ \t\r\n]*\}[ \t\r\n]*\Z").search


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

    Equal counts of braces tell a complete document from one that was cut off.
    """
    body = response.body
    return (
        200 <= response.status < 300
        and len(body) <= max_bytes
        and _PLAIN(body) is not None
        and _END(body, max(0, len(body) - 16)) is not None
        and b'"errors"' not in body
        and b'"extensions"' not in body
        and body.count(b"{") == body.count(b"}")
        and body.count(b"[") == body.count(b"]")
    )
