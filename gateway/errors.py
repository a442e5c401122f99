"""What can go wrong in the gateway, and what of it a client may see.

    GatewayError
    ├── ClientError      the request's fault: text and code go to the client as they are
    └── InternalError    ours, or a subgraph's: the client sees a code and a correlation id

Every code that leaves the gateway at run time is a member of `Code`, so that it is named once and
its documentation can be generated. Composition has a register of its own
(`gateway/composition/codes.py`), because its codes are part of the Federation tool chain.
"""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from typing import Any


class Code(StrEnum):
    """`extensions.code` of errors that the gateway itself raises while serving requests."""

    # The request as such
    BAD_REQUEST = "BAD_REQUEST"
    GRAPHQL_PARSE_FAILED = "GRAPHQL_PARSE_FAILED"
    GRAPHQL_VALIDATION_FAILED = "GRAPHQL_VALIDATION_FAILED"
    BAD_USER_INPUT = "BAD_USER_INPUT"
    OPERATION_RESOLUTION_FAILURE = "OPERATION_RESOLUTION_FAILURE"
    INTROSPECTION_DISABLED = "INTROSPECTION_DISABLED"
    # Planning
    QUERY_PLANNING_FAILED = "QUERY_PLANNING_FAILED"
    QUERY_PLANNING_BUDGET_EXCEEDED = "QUERY_PLANNING_BUDGET_EXCEEDED"
    # Subgraphs
    SUBREQUEST_HTTP_ERROR = "SUBREQUEST_HTTP_ERROR"
    SUBREQUEST_MALFORMED_RESPONSE = "SUBREQUEST_MALFORMED_RESPONSE"
    SUBREQUEST_TOO_LARGE = "SUBREQUEST_TOO_LARGE"
    GATEWAY_TIMEOUT = "GATEWAY_TIMEOUT"
    DOWNSTREAM_SERVICE_ERROR = "DOWNSTREAM_SERVICE_ERROR"
    NON_NULL_VIOLATION = "NON_NULL_VIOLATION"
    # Ours
    INVALID_FEDERATION_SUPERGRAPH = "INVALID_FEDERATION_SUPERGRAPH"
    INTERNAL_SERVER_ERROR = "INTERNAL_SERVER_ERROR"


class GatewayError(Exception):
    """Root of the tree. `message` is for whoever the subclass says may read it."""

    status = 500

    def __init__(
        self,
        message: str,
        code: Code,
        *,
        status: int | None = None,
        extensions: Mapping[str, Any] | None = None,
    ) -> None:
        super().__init__(message)
        self.message = message
        self.code = code
        self.extensions = dict(extensions or {})
        if status is not None:
            self.status = status

    def as_graphql(self) -> dict[str, Any]:
        """The error as an entry of a GraphQL response's `errors` list."""
        return {"message": self.message, "extensions": {"code": str(self.code), **self.extensions}}


class ClientError(GatewayError):
    """The request cannot be served as it stands; the message tells the client how to mend it."""

    status = 400


class InternalError(GatewayError):
    """A fault that is not the client's. Its message is for the log, never for the answer."""
