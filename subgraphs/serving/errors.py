"""What clients learn of a failure: a code, a safe message, and whether trying again may help.

    ServingError
    ├── BadInput      an argument is out of bounds
    └── Forbidden     the caller may not read or do this

Failures of systems of record keep their meaning in a code of ours; their own texts are for the
log, because they may quote what the caller may not see. Anything else is a fault of ours: the
client gets `INTERNAL_SERVER_ERROR` with the correlation id to report.
"""

from __future__ import annotations

import logging
from enum import StrEnum
from typing import Any

from graphql import GraphQLError

from subgraphs.systems_of_record import errors as systems
from subgraphs.systems_of_record.records.common import CurrencyMismatchError

logger = logging.getLogger(__name__)


class ServingCode(StrEnum):
    """`extensions.code` of the errors that subgraphs answer with."""

    BAD_USER_INPUT = "BAD_USER_INPUT"
    FORBIDDEN = "FORBIDDEN"
    CONFLICT = "CONFLICT"
    SYSTEM_UNAVAILABLE = "SYSTEM_UNAVAILABLE"
    SYSTEM_THROTTLED = "SYSTEM_THROTTLED"
    SYSTEM_REFUSED = "SYSTEM_REFUSED"
    NOT_FOUND = "NOT_FOUND"
    OUTCOME_UNKNOWN = "OUTCOME_UNKNOWN"
    SYSTEMS_DISAGREE = "SYSTEMS_DISAGREE"
    GRAPHQL_REQUEST_INVALID = "GRAPHQL_VALIDATION_FAILED"
    INTERNAL_SERVER_ERROR = "INTERNAL_SERVER_ERROR"


class ServingError(Exception):
    """A failure whose text the client may read; `extensions` join the error's extensions."""

    code: str = ServingCode.INTERNAL_SERVER_ERROR

    def __init__(self, message: str, **extensions: Any) -> None:
        super().__init__(message)
        self.message = message
        self.extensions = extensions


class BadInputError(ServingError):
    """An argument cannot be served as it stands."""

    code = ServingCode.BAD_USER_INPUT


class ForbiddenError(ServingError):
    """The caller may not read or do this."""

    code = ServingCode.FORBIDDEN


def describe(error: GraphQLError, correlation_id: str) -> dict[str, Any]:
    """One entry of a response's `errors`, safe to leave the subgraph."""
    cause = error.original_error
    formatted: dict[str, Any] = dict(error.formatted)
    message, extensions = _explain(error, cause, correlation_id)
    formatted["message"] = message
    formatted["extensions"] = extensions
    return formatted


def _explain(
    error: GraphQLError, cause: BaseException | None, correlation_id: str
) -> tuple[str, dict[str, Any]]:
    if isinstance(cause, ServingError):
        return cause.message, {"code": str(cause.code), **cause.extensions}
    if isinstance(cause, systems.SystemOfRecordError):
        logger.warning("%s (correlation id %s)", cause, correlation_id)
        return _explain_system(cause)
    if isinstance(cause, CurrencyMismatchError):
        # Amounts of one contract in two currencies: a drift to be reconciled, no fault of code.
        logger.warning("%s (correlation id %s)", cause, correlation_id)
        message = "The systems of record disagree about the currency."
        return message, {"code": ServingCode.SYSTEMS_DISAGREE}
    if cause is None or isinstance(cause, GraphQLError):
        # Raised by the GraphQL engine about the document or its variables.
        return error.message, {
            "code": ServingCode.GRAPHQL_REQUEST_INVALID,
            **(error.extensions or {}),
        }
    logger.error("unexpected failure (correlation id %s)", correlation_id, exc_info=cause)
    return "Internal server error.", {
        "code": ServingCode.INTERNAL_SERVER_ERROR,
        "correlationId": correlation_id,
    }


def _explain_system(cause: systems.SystemOfRecordError) -> tuple[str, dict[str, Any]]:
    name = cause.system.value
    about: dict[str, Any] = {"system": name}
    match cause:
        case systems.Throttled():
            about |= {"code": ServingCode.SYSTEM_THROTTLED, "retryable": True}
            if cause.retry_after is not None:
                about["retryAfterSeconds"] = cause.retry_after
            return f"The {name} asks for patience.", about
        case systems.Retryable():
            about |= {"code": ServingCode.SYSTEM_UNAVAILABLE, "retryable": True}
            return f"The {name} is not available at the moment.", about
        case systems.Refused(code="INVALID_CURSOR"):
            return "'after' is not a cursor of this list.", {"code": ServingCode.BAD_USER_INPUT}
        case systems.Missing():
            return f"The {name} knows no such record.", about | {"code": ServingCode.NOT_FOUND}
        case systems.Conflict():
            about |= {"code": ServingCode.CONFLICT, "currentVersion": cause.current_version}
            return "The record has changed since it was read.", about
        case systems.OutcomeUnknown():
            about |= {"code": ServingCode.OUTCOME_UNKNOWN, "retryable": True}
            return f"The {name} did not confirm the write.", about
    return f"The {name} refused the request.", about | {"code": ServingCode.SYSTEM_REFUSED}
