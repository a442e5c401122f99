"""What a client gets to see of an error."""

from __future__ import annotations

import logging

from gateway.errors import ClientError, GatewayError
from gateway.execute import wire_json

LOGGER = logging.getLogger("gateway.server")


def error_body(error: GatewayError, correlation: str) -> bytes:
    """A GraphQL response of a request that was not executed."""
    return wire_json.encode({"errors": error_entries(error, correlation)})


def error_entries(error: GatewayError, correlation: str) -> list[dict[str, object]]:
    """All of the client's own faults; of ours the code alone, and where to find the rest."""
    if isinstance(error, ClientError):
        return error.entries()
    LOGGER.error("request %s failed: %s: %s", correlation, error.code, error.message)
    return [
        {
            "message": "The gateway could not answer.",
            "extensions": {"code": str(error.code), "correlationId": correlation},
        }
    ]
