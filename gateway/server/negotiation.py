"""Which media type answers a request (GraphQL over HTTP; RFC 9110, section 12.5.1)."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

GRAPHQL_RESPONSE = "application/graphql-response+json"
JSON = "application/json"
MULTIPART = "multipart/mixed"
EVENT_STREAM = "text/event-stream"
HTML = "text/html"


@dataclass(frozen=True, slots=True)
class MediaRange:
    """One entry of an Accept header. `parameters` exclude `q`; names are in lower case."""

    type: str
    quality: float
    parameters: tuple[tuple[str, str], ...] = ()

    def parameter(self, name: str) -> str | None:
        """A parameter's value."""
        return next((value for key, value in self.parameters if key == name), None)

    @property
    def specificity(self) -> int:
        """How precisely the range names a type: 0 for `*/*`, 1 for `type/*`, 2 for a type."""
        return 0 if self.type == "*/*" else 1 if self.type.endswith("/*") else 2


@dataclass(frozen=True, slots=True)
class Accepted:
    """What a client can take.

    `response` is the media type for a single response, None when the client takes none that a
    GraphQL response has. `incremental` and `multipart_events` are what `multipart/mixed` was
    offered for; `incremental` is the version of the format, None for the current draft's.
    """

    response: str | None
    incremental: bool = False
    incremental_version: str | None = None
    multipart_events: bool = False
    event_stream: bool = False
    html_first: bool = False


@lru_cache(maxsize=1024)
def negotiate(accept: str) -> Accepted:
    """Read an Accept header; an empty one accepts everything.

    A client that does not say that it knows GraphQL's own media type gets `application/json`,
    which every client understands.
    """
    ranges = _parse(accept) if accept.strip() else [MediaRange("*/*", 1.0)]
    multipart = [each for each in ranges if each.type == MULTIPART and each.quality > 0]
    subscription = any(each.parameter("subscriptionspec") for each in multipart)
    incremental = [each for each in multipart if not each.parameter("subscriptionspec")]
    return Accepted(
        response=_response_type(ranges),
        incremental=bool(incremental),
        incremental_version=next(
            (version for each in incremental if (version := each.parameter("deferspec"))), None
        ),
        multipart_events=subscription,
        event_stream=any(each.type == EVENT_STREAM and each.quality > 0 for each in ranges),
        html_first=_quality(ranges, HTML, exactly=True)
        > max(
            _quality(ranges, JSON, exactly=True), _quality(ranges, GRAPHQL_RESPONSE, exactly=True)
        ),
    )


def _response_type(ranges: list[MediaRange]) -> str | None:
    own, plain = _quality(ranges, GRAPHQL_RESPONSE), _quality(ranges, JSON)
    if own > 0 and _quality(ranges, GRAPHQL_RESPONSE, exactly=True) > 0 and own >= plain:
        return GRAPHQL_RESPONSE
    if plain > 0:
        return JSON
    return GRAPHQL_RESPONSE if own > 0 else None


def _quality(ranges: list[MediaRange], media_type: str, *, exactly: bool = False) -> float:
    """The quality of the most specific range that covers a type; 0 when none does."""
    best = -1
    quality = 0.0
    major = media_type.partition("/")[0] + "/*"
    for each in ranges:
        covers = each.type == media_type or (not exactly and each.type in ("*/*", major))
        charset = each.parameter("charset")
        if covers and charset is not None and charset.lower() not in ("utf-8", "utf8"):
            continue
        if covers and each.specificity > best:
            best, quality = each.specificity, each.quality
    return quality


def _parse(accept: str) -> list[MediaRange]:
    return [parsed for part in _split(accept, ",") if (parsed := _range(part)) is not None]


def _range(text: str) -> MediaRange | None:
    media_type, *parts = _split(text, ";")
    media_type = media_type.strip().lower()
    if "/" not in media_type:
        return None
    quality = 1.0
    parameters: list[tuple[str, str]] = []
    for part in parts:
        name, _, value = part.partition("=")
        name, value = name.strip().lower(), value.strip().strip('"')
        if name == "q":
            quality = _number(value)
        elif name:
            parameters.append((name, value))
    return MediaRange(media_type, quality, tuple(parameters))


def _number(text: str) -> float:
    try:
        return min(max(float(text), 0.0), 1.0) if text[:1].isdigit() else 0.0
    except ValueError:
        return 0.0


def _split(text: str, separator: str) -> list[str]:
    """Split outside quotes."""
    if '"' not in text:
        return text.split(separator)
    parts, current, quoted = [], "", False
    for character in text:
        if character == '"':
            quoted = not quoted
        if character == separator and not quoted:
            parts.append(current)
            current = ""
        else:
            current += character
    return [*parts, current]


@dataclass(frozen=True, slots=True)
class ContentType:
    """A request's media type in lower case and its character set, if one was named."""

    type: str
    charset: str | None = None
    boundary: str | None = None


@lru_cache(maxsize=256)
def read_content_type(value: str) -> ContentType:
    """Read a Content-Type header."""
    parsed = _range(value)
    if parsed is None:
        return ContentType(value.partition(";")[0].strip().lower())
    charset = parsed.parameter("charset")
    return ContentType(
        parsed.type, charset.lower() if charset else None, parsed.parameter("boundary")
    )
