"""What goes out: URLs and headers as the bytes of an HTTP/1.1 request (RFC 9112).

Everything that could end a line or start a second request is refused here, so no text that comes
from a client, a token or a supergraph can smuggle anything into the connection.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from urllib.parse import urlsplit

from gateway.header_lines import are_lines, are_names, is_value
from gateway.transport.decoding import ACCEPTED

ACCEPT = "application/graphql-response+json, application/json;q=0.9"

CONNECTION_HEADERS = frozenset(
    {
        "accept-encoding",
        "connection",
        "content-encoding",
        "content-length",
        "expect",
        "host",
        "keep-alive",
        "proxy-authenticate",
        "proxy-authorization",
        "proxy-connection",
        "te",
        "trailer",
        "transfer-encoding",
        "upgrade",
    }
)
"""Headers that speak of this one connection or its framing: the transport alone sets them, and
values that a caller passes (by forwarding everything, say) are left out."""

_DEFAULTS = (
    ("content-type", "application/json"),
    ("accept", ACCEPT),
    ("user-agent", "c2c-gateway"),
)
_COMPRESSED = ("accept-encoding", ACCEPTED)
_PLAIN = ("accept-encoding", "identity")
Headers = tuple[tuple[str, str], ...]

_URL = re.compile(r"[\x21-\x7e]+")
_DEFAULT_PORTS = {"http": 80, "https": 443}


class InvalidUrlError(ValueError):
    """The URL is not one that this transport can speak to."""


class InvalidHeaderError(ValueError):
    """A header name or value holds characters that HTTP does not allow."""


@dataclass(frozen=True, slots=True)
class Endpoint:
    """A URL taken apart: where to connect to, and the constant beginning of every request."""

    host: str
    port: int
    secure: bool
    prefix: bytes

    @property
    def authority(self) -> str:
        """Host and port for messages."""
        return f"{self.host}:{self.port}"


def endpoint(url: str) -> Endpoint:
    """Parse an absolute `http` or `https` URL; raises `InvalidUrlError`.

    User names and passwords in URLs are refused: they would end up in logs.
    """
    if not _URL.fullmatch(url):
        raise InvalidUrlError("the URL holds spaces, control characters or non-ASCII characters")
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError as error:
        raise InvalidUrlError(f"the URL cannot be parsed: {error}") from error
    if parts.scheme not in _DEFAULT_PORTS or not parts.hostname:
        raise InvalidUrlError("the URL is not an absolute http or https URL")
    if parts.username is not None or parts.password is not None:
        raise InvalidUrlError("the URL holds credentials; send them in a header instead")
    host = f"[{parts.hostname}]" if ":" in parts.hostname else parts.hostname
    default = _DEFAULT_PORTS[parts.scheme]
    authority = host if port in (None, default) else f"{host}:{port}"
    target = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    return Endpoint(
        host=parts.hostname,
        port=default if port is None else port,
        secure=parts.scheme == "https",
        prefix=f"POST {target} HTTP/1.1\r\nhost: {authority}\r\n".encode("ascii"),
    )


@dataclass(frozen=True, slots=True)
class _Layout:
    """The lines of headers with these names: `template` takes the values of those at `kept`."""

    template: str
    kept: tuple[int, ...] | None
    lines: int

    def block(self, headers: Headers) -> bytes:
        """The lines with these values. Raises `UnicodeEncodeError`, `InvalidHeaderError`."""
        kept = self.kept
        values = (
            tuple([value for _, value in headers])
            if kept is None
            else tuple([headers[index][1] for index in kept])
        )
        lines = (self.template % values).encode("latin-1")
        if not are_lines(lines, self.lines):
            raise InvalidHeaderError(_what_is_wrong(headers))
        return lines


@lru_cache(maxsize=512)
def _layout(names: tuple[str, ...], compression: bool) -> _Layout:
    """What is known of headers from their names alone. Raises `InvalidHeaderError`."""
    kept = tuple(
        index for index, name in enumerate(names) if name.lower() not in CONNECTION_HEADERS
    )
    lower = [names[index].lower() for index in kept]
    if not are_names([name.encode("latin-1", "replace") for name in lower]):
        raise InvalidHeaderError(_what_is_wrong([(names[index], "") for index in kept]))
    fixed = [default for default in _DEFAULTS if default[0] not in lower]
    fixed.append(_COMPRESSED if compression else _PLAIN)
    template = "".join([f"{names[index].replace('%', '%%')}: %s\r\n" for index in kept])
    template += "".join([f"{name}: {value}\r\n" for name, value in fixed])
    return _Layout(template, None if len(kept) == len(names) else kept, len(kept) + len(fixed))


def header_block(headers: Headers, *, compression: bool) -> bytes:
    """Return the header lines of a request, without host, length and the final empty line.

    Raises `InvalidHeaderError`. The defaults for `content-type`, `accept` and `user-agent` give
    way to the caller's.
    """
    layout = _layout(tuple([name for name, _ in headers]), compression)
    try:
        return layout.block(headers)
    except UnicodeEncodeError as error:
        raise InvalidHeaderError(_what_is_wrong(headers)) from error


def _what_is_wrong(pairs: Sequence[tuple[str, str]]) -> str:
    for name, value in pairs:
        if not are_names([name.encode("latin-1", "replace")]):
            return f"{name[:60]!r} is not a header name"
        if not is_value(value.encode("latin-1", "replace")) or not _is_latin(value):
            return f"the value of header {name.lower()!r} is not allowed in HTTP"
    return "the headers are not allowed in HTTP"


def _is_latin(text: str) -> bool:
    return all(ord(character) < 0x100 for character in text)


def request_bytes(prefix: bytes, headers: bytes, body: bytes) -> bytes:
    """Put a request together."""
    return b"%b%bcontent-length: %d\r\n\r\n%b" % (prefix, headers, len(body), body)
