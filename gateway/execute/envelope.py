"""Reading a subgraph's answer: the GraphQL response in an HTTP response.

Follows "GraphQL over HTTP" and §7 of the GraphQL specification, leniently where a subgraph's fault
is harmless: a well-formed GraphQL response counts whatever its HTTP status is.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from gateway.errors import Code
from gateway.execute import wire_json
from gateway.transport.port import SubgraphResponse, TransportError


class FetchFailure(Exception):  # noqa: N818 - an outcome of a fetch, caught where it is sent
    """A request to a subgraph gave no usable answer. `detail` is for the log alone."""

    def __init__(self, code: Code, detail: str, status: int | None = None) -> None:
        super().__init__(detail)
        self.code = code
        self.detail = detail
        self.status = status


# Not frozen, though nobody changes it: a frozen value takes several times as long to make, and one
# is made for every answer.
@dataclass(slots=True)
class Answer:
    """A GraphQL response. `data` is `None` if the subgraph had none; it then has errors."""

    data: dict[str, Any] | None
    errors: tuple[Mapping[str, Any], ...] = ()
    extensions: Mapping[str, Any] | None = None


def read(
    response: SubgraphResponse, *, max_bytes: int, max_errors: int, exact: bool = False
) -> Answer:
    """Read a response; `exact` keeps the digits of long numbers (see `wire_json`).

    Raises:
        FetchFailure: too large, not a GraphQL response, or a failed HTTP status without one.
    """
    body = response.body
    if len(body) > max_bytes:
        detail = f"answer of {len(body)} bytes, {max_bytes} are allowed"
        raise FetchFailure(Code.SUBREQUEST_TOO_LARGE, detail, response.status)
    try:
        payload = wire_json.decode_exact(body) if exact else wire_json.decode(body)
    except wire_json.MalformedJSONError as error:
        raise _unusable(response, f"not JSON: {error}") from None
    if payload.__class__ is not dict:
        raise _unusable(response, "not an object")
    data = payload.get("data")
    errors = payload.get("errors")
    if data.__class__ is not dict:
        if data is not None:
            raise _unusable(response, "data is not an object")
        if not errors:
            raise _unusable(response, "neither data nor errors")
    if errors is None and "extensions" not in payload:
        return Answer(data)
    if errors is not None and errors.__class__ is not list:
        raise _unusable(response, "errors is not a list")
    extensions = payload.get("extensions")
    return Answer(
        data,
        tuple(_error(entry) for entry in (errors or ())[:max_errors]),
        extensions if extensions.__class__ is dict else None,
    )


def failed(error: TransportError) -> FetchFailure:
    """What a request that got no answer comes to."""
    return FetchFailure(error.code, error.detail)


def lacking(rest: SubgraphResponse | TransportError, *, max_bytes: int) -> FetchFailure:
    """Why entities are missing from an answer put together from what was kept and from `rest`."""
    if isinstance(rest, TransportError):
        return failed(rest)
    try:
        read(rest, max_bytes=max_bytes, max_errors=0)
    except FetchFailure as failure:
        return failure
    return _unusable(rest, "entities are missing")


def _unusable(response: SubgraphResponse, detail: str) -> FetchFailure:
    if 200 <= response.status < 300:
        return FetchFailure(Code.SUBREQUEST_MALFORMED_RESPONSE, detail, response.status)
    detail = f"HTTP status {response.status}, {detail}"
    return FetchFailure(Code.SUBREQUEST_HTTP_ERROR, detail, response.status)


def _error(entry: Any) -> Mapping[str, Any]:
    return entry if entry.__class__ is dict else {"message": "unknown error"}
