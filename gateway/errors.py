"""What can go wrong in the gateway, and what of it a client may see.

    GatewayError
    ├── ClientError      the request's fault: text and code go to the client as they are
    │   └── DocumentError    several mistakes of one document, with their places
    └── InternalError    ours, or a subgraph's: the client sees a code and a correlation id

Every code that leaves the gateway at run time is a member of `Code`, so that it is named once and
its documentation can be generated. Composition has a register of its own
(`gateway/composition/codes.py`), because its codes are part of the Federation tool chain.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from enum import StrEnum
from typing import Any


class Code(StrEnum):
    """`extensions.code` of errors that the gateway itself raises while serving requests."""

    # The HTTP request as such
    BAD_REQUEST = "BAD_REQUEST"
    METHOD_NOT_ALLOWED = "METHOD_NOT_ALLOWED"
    NOT_ACCEPTABLE = "NOT_ACCEPTABLE"
    UNSUPPORTED_MEDIA_TYPE = "UNSUPPORTED_MEDIA_TYPE"
    REQUEST_TOO_LARGE = "REQUEST_TOO_LARGE"
    REQUEST_TIMEOUT = "REQUEST_TIMEOUT"
    CSRF_PREVENTION = "CSRF_PREVENTION"
    BATCHING_NOT_SUPPORTED = "BATCHING_NOT_SUPPORTED"
    BATCH_LIMIT_EXCEEDED = "BATCH_LIMIT_EXCEEDED"
    # Traffic
    REQUEST_RATE_LIMITED = "REQUEST_RATE_LIMITED"
    REQUEST_CONCURRENCY_LIMITED = "REQUEST_CONCURRENCY_LIMITED"
    SERVICE_UNAVAILABLE = "SERVICE_UNAVAILABLE"
    # Who asks
    UNAUTHENTICATED = "UNAUTHENTICATED"
    UNAUTHORIZED_FIELD_OR_TYPE = "UNAUTHORIZED_FIELD_OR_TYPE"
    # The document
    GRAPHQL_PARSE_FAILED = "GRAPHQL_PARSE_FAILED"
    GRAPHQL_VALIDATION_FAILED = "GRAPHQL_VALIDATION_FAILED"
    BAD_USER_INPUT = "BAD_USER_INPUT"
    OPERATION_RESOLUTION_FAILURE = "OPERATION_RESOLUTION_FAILURE"
    INTROSPECTION_DISABLED = "INTROSPECTION_DISABLED"
    # Subscriptions
    SUBSCRIPTION_NOT_SUPPORTED = "SUBSCRIPTION_NOT_SUPPORTED"
    SUBSCRIPTION_LIMIT_EXCEEDED = "SUBSCRIPTION_LIMIT_EXCEEDED"
    SUBSCRIPTION_SCHEMA_RELOAD = "SUBSCRIPTION_SCHEMA_RELOAD"
    # Persisted documents
    PERSISTED_QUERY_NOT_FOUND = "PERSISTED_QUERY_NOT_FOUND"
    PERSISTED_QUERY_NOT_SUPPORTED = "PERSISTED_QUERY_NOT_SUPPORTED"
    PERSISTED_QUERY_HASH_MISMATCH = "PERSISTED_QUERY_HASH_MISMATCH"
    PERSISTED_DOCUMENT_REQUIRED = "PERSISTED_DOCUMENT_REQUIRED"
    # Limits
    MAX_TOKENS_LIMIT = "MAX_TOKENS_LIMIT"
    MAX_DOCUMENT_BYTES_LIMIT = "MAX_DOCUMENT_BYTES_LIMIT"
    MAX_DEPTH_LIMIT = "MAX_DEPTH_LIMIT"
    MAX_HEIGHT_LIMIT = "MAX_HEIGHT_LIMIT"
    MAX_ALIASES_LIMIT = "MAX_ALIASES_LIMIT"
    MAX_ROOT_FIELDS_LIMIT = "MAX_ROOT_FIELDS_LIMIT"
    MAX_DIRECTIVES_LIMIT = "MAX_DIRECTIVES_LIMIT"
    MAX_INTROSPECTION_DEPTH_LIMIT = "MAX_INTROSPECTION_DEPTH_LIMIT"
    MAX_VARIABLES_DEPTH_LIMIT = "MAX_VARIABLES_DEPTH_LIMIT"
    # Demand control
    COST_ESTIMATED_TOO_EXPENSIVE = "COST_ESTIMATED_TOO_EXPENSIVE"
    SUBGRAPH_COST_TOO_EXPENSIVE = "SUBGRAPH_COST_TOO_EXPENSIVE"
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

    def entries(self) -> list[dict[str, Any]]:
        """The entries of a response's `errors` that this error stands for."""
        return [self.as_graphql()]

    def as_graphql(self) -> dict[str, Any]:
        """The error as an entry of a GraphQL response's `errors` list."""
        return {"message": self.message, "extensions": {"code": str(self.code), **self.extensions}}


class ClientError(GatewayError):
    """The request cannot be served as it stands; the message tells the client how to mend it."""

    status = 400


class DocumentError(ClientError):
    """A document with mistakes, each with its message and its places in the text.

    `found` are `(message, [(line, column), ...])`, lines and columns counted from 1.
    """

    def __init__(self, found: Sequence[tuple[str, Sequence[tuple[int, int]]]], code: Code) -> None:
        super().__init__(found[0][0] if found else "The document is not valid.", code)
        self.found = tuple(found)

    def entries(self) -> list[dict[str, Any]]:
        """One entry for each mistake, with `locations` where they are known."""
        result: list[dict[str, Any]] = []
        for message, places in self.found:
            entry: dict[str, Any] = {"message": message}
            if places:
                entry["locations"] = [{"line": line, "column": column} for line, column in places]
            entry["extensions"] = {"code": str(self.code)}
            result.append(entry)
        return result


class InternalError(GatewayError):
    """A fault that is not the client's. Its message is for the log, never for the answer."""
