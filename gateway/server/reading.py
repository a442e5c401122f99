"""From an HTTP request to GraphQL requests (GraphQL over HTTP, section "Request")."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from urllib.parse import parse_qsl

from gateway.document.variables import nesting
from gateway.errors import ClientError, Code
from gateway.exchange import GraphQLRequest
from gateway.execute import wire_json
from gateway.server.negotiation import ContentType
from gateway.settings.serving import Batching, Limits

_MAX_PARAMETERS = 100


def read_post(
    body: bytes, content_type: ContentType, limits: Limits, batching: Batching
) -> GraphQLRequest | list[GraphQLRequest]:
    """The request, or the batch of requests, in a POST's body.

    Raises `ClientError`: 415 for other media types and character sets, 400 for malformed bodies.
    """
    if content_type.type != "application/json":
        named = f"'{content_type.type[:100]}'" if content_type.type else "missing"
        raise ClientError(
            f"The request's content type is {named}; it must be application/json.",
            Code.UNSUPPORTED_MEDIA_TYPE,
            status=415,
        )
    if content_type.charset not in (None, "utf-8", "utf8"):
        raise ClientError(
            "The request's character set must be UTF-8.", Code.UNSUPPORTED_MEDIA_TYPE, status=415
        )
    value = decode_json(body, "The request's body")
    if isinstance(value, list):
        return _read_batch(value, limits, batching)
    return read_request(value, limits)


def read_get(query_string: bytes, limits: Limits) -> GraphQLRequest:
    """The request in a GET's query string; `variables` and `extensions` are JSON there.

    Raises `ClientError` (414 when it is too long, 400 when it is malformed).
    """
    if len(query_string) > limits.http_max_query_string_bytes:
        raise ClientError("The query string is too long.", Code.REQUEST_TOO_LARGE, status=414)
    try:
        pairs = parse_qsl(
            query_string.decode("ascii"),
            keep_blank_values=True,
            errors="strict",
            max_num_fields=_MAX_PARAMETERS,
        )
    except ValueError:
        raise _malformed("The query string is malformed.") from None
    value: dict[str, Any] = {}
    for name, text in pairs:
        if name in value:
            raise _malformed(f"The parameter '{name[:100]}' stands more than once.")
        value[name] = text
    for name in ("variables", "extensions"):
        if name in value:
            value[name] = decode_json(value[name].encode(), f"The parameter '{name}'")
    if not value.get("operationName"):
        value.pop("operationName", None)
    return read_request(value, limits)


def read_request(value: Any, limits: Limits) -> GraphQLRequest:
    """Check the parameters of one request. Raises `ClientError` (`BAD_REQUEST`)."""
    if not isinstance(value, dict):
        raise _malformed("The request is not a JSON object.")
    query = _optional_text(value, "query")
    document_id = _optional_text(value, "documentId")
    variables = _optional_mapping(value, "variables")
    extensions = _optional_mapping(value, "extensions")
    if query is None and document_id is None and "persistedQuery" not in extensions:
        raise _malformed("The request has no `query`.")
    deepest = limits.max_variables_depth
    if (variables and not nesting(variables, deepest)) or (
        extensions and not nesting(extensions, deepest)
    ):
        raise ClientError(
            f"The variables nest deeper than the {limits.max_variables_depth} levels allowed.",
            Code.MAX_VARIABLES_DEPTH_LIMIT,
        )
    return GraphQLRequest(
        query, _optional_text(value, "operationName"), variables, extensions, document_id
    )


def _read_batch(values: list[Any], limits: Limits, batching: Batching) -> list[GraphQLRequest]:
    if not batching.enabled:
        raise ClientError(
            "Several operations in one request are not supported.", Code.BATCHING_NOT_SUPPORTED
        )
    if not values:
        raise _malformed("The batch is empty.")
    if len(values) > batching.maximum_size:
        raise ClientError(
            f"The batch has {len(values)} operations, more than the {batching.maximum_size} "
            "allowed.",
            Code.BATCH_LIMIT_EXCEEDED,
        )
    return [read_request(value, limits) for value in values]


def decode_json(content: bytes, what: str) -> Any:
    """Decode JSON, exactly. Raises `ClientError` (`BAD_REQUEST`) that names `what`."""
    try:
        return wire_json.decode_exact(content)
    except wire_json.MalformedJSONError:
        raise _malformed(f"{what} is not JSON in UTF-8.") from None


def _optional_text(value: Mapping[str, Any], name: str) -> str | None:
    text = value.get(name)
    if text is not None and not isinstance(text, str):
        raise _malformed(f"`{name}` must be a string.")
    return text


def _optional_mapping(value: Mapping[str, Any], name: str) -> Mapping[str, Any]:
    mapping = value.get(name)
    if mapping is None:
        return {}
    if not isinstance(mapping, dict):
        raise _malformed(f"`{name}` must be an object.")
    return mapping


def _malformed(message: str) -> ClientError:
    return ClientError(message, Code.BAD_REQUEST)
