"""From text to a syntax tree, within bounds that hold before the parser runs."""

from __future__ import annotations

from graphql import DocumentNode, GraphQLError, GraphQLSyntaxError, parse

from gateway.errors import ClientError, Code, DocumentError
from gateway.settings.serving import Limits


def parse_document(text: str, limits: Limits) -> DocumentNode:
    """Parse an executable document.

    Cost is linear in the text: its length is bounded first, its tokens while they are read, and
    nesting by the parser itself. Raises `ClientError` with `MAX_DOCUMENT_BYTES_LIMIT`,
    `MAX_TOKENS_LIMIT` or `GRAPHQL_PARSE_FAILED`.
    """
    try:
        size = len(text) if text.isascii() else len(text.encode())
    except UnicodeEncodeError:
        raise ClientError(
            "The document holds half of a surrogate pair.", Code.GRAPHQL_PARSE_FAILED
        ) from None
    if size > limits.parser_max_bytes:
        raise ClientError(
            f"The document has {size} bytes, more than the {limits.parser_max_bytes} allowed.",
            Code.MAX_DOCUMENT_BYTES_LIMIT,
        )
    try:
        # The published specification has no empty selection sets; subgraphs may not know them.
        return parse(
            text,
            max_lexical_tokens=limits.parser_max_tokens,
            max_comments=limits.parser_max_tokens,
            allow_empty_selection_sets=False,
        )
    except GraphQLError as error:
        raise _refusal(error, limits) from None


def _refusal(error: GraphQLError, limits: Limits) -> ClientError:
    message = error.message
    if isinstance(error, GraphQLSyntaxError) and "more than" in message and "abort" in message:
        return ClientError(
            f"The document has more than the {limits.parser_max_tokens} tokens allowed.",
            Code.MAX_TOKENS_LIMIT,
        )
    places = [(place.line, place.column) for place in error.locations or ()]
    return DocumentError([(message, places)], Code.GRAPHQL_PARSE_FAILED)
