"""Which outcomes say that a subgraph is in trouble."""

from __future__ import annotations

from gateway.errors import Code
from gateway.transport.port import TransportError

OVERLOADED_OR_AWAY = frozenset({429, 502, 503, 504})
"""Statuses by which a server or proxy says that the request was not carried out, for now."""

_OF_THE_SUBGRAPH = frozenset(
    {
        Code.SUBREQUEST_HTTP_ERROR,
        Code.SUBREQUEST_MALFORMED_RESPONSE,
        Code.GATEWAY_TIMEOUT,
    }
)


def blames_subgraph(error: TransportError) -> bool:
    """Whether this error tells something about the subgraph, not about the request or about us."""
    return error.code in _OF_THE_SUBGRAPH


def is_failure(status: int) -> bool:
    """Whether an HTTP status counts as a failure of the subgraph."""
    return status >= 500 or status == 429
