"""What goes out: URLs and headers as the bytes of an HTTP/1.1 request (RFC 9112).

Everything that could end a line or start a second request is refused here, so no text that comes
from a client, a token or a supergraph can smuggle anything into the connection.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from urllib.parse import urlsplit

from gateway.header_lines import are_lines, are_name_characters, are_names, is_value
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


def header_block(headers: tuple[tuple[str, str], ...], *, compression: bool) -> bytes:
    """Return the header lines of a request, without host, length and the final empty line.

    Raises `InvalidHeaderError`. The defaults for `content-type`, `accept` and `user-agent` give
    way to the caller's.
    """
    pairs = [pair for pair in headers if pair[0].lower() not in CONNECTION_HEADERS]
    names = [name.lower() for name, _ in pairs]
    pairs += [default for default in _DEFAULTS if default[0] not in names]
    pairs.append(_COMPRESSED if compression else _PLAIN)
    try:
        lines = "".join([f"{name}: {value}\r\n" for name, value in pairs]).encode("latin-1")
    except UnicodeEncodeError as error:
        raise InvalidHeaderError(_what_is_wrong(pairs)) from error
    named = "" not in names and are_name_characters("".join(names).encode("latin-1"))
    if not named or not are_lines(lines, len(pairs)):
        raise InvalidHeaderError(_what_is_wrong(pairs))
    return lines


def _what_is_wrong(pairs: list[tuple[str, str]]) -> str:
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
