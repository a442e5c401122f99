"""What a subgraph can send instead of an answer: bodies, and the HTTP that carries them."""

from __future__ import annotations

import copy
import gzip
import json
import zlib
from collections.abc import Callable
from functools import cache
from random import Random
from typing import Any

Wire = Callable[[bytes], bytes]
"""From a body to all bytes that a subgraph writes."""

# --- bodies: JSON that is not what was asked for ------------------------------------------------

VALUES: list[Any] = [
    *(None, True, 0, -1, 1.5, "", "x", [], {}, [[]], [None], [{}], {"a": {}}, "\x00", "é"),
    *(2**31, 2**63, 2**64, -(2**63) - 1, 10**30, "\ud800", [[[1]]], {"id": []}),
    *({"__typename": "Ghost"}, {"__typename": "User"}, {"__typename": 1}, {"__typename": None}),
    [{"__typename": "User", "id": "1", "name": "evil"}] * 3,
]
ERRORS: list[Any] = [
    *(None, [], {}, "evil", 1, True, [None], [[]], ["evil"], [{}], [{"message": None}]),
    *([{"message": ["evil"]}], [{"message": "m", "path": "users"}], [{"message": "m" * 5000}]),
    [{"message": "m", "path": ["_entities", -1, {}], "locations": "x"}],
    [{"message": "m", "path": ["_entities", 10**20]}],
    [{"message": "m", "path": ["users", "users", 0, None]}],
    [{"message": "m", "path": ["_entities", 0, "name"], "extensions": []}],
    [{"message": "m", "extensions": {"code": {"a": 1}, "stack": "secret"}}],
    [{"message": "m", "path": [str(n) for n in range(3000)]}],
    [{"message": "m", "path": ["_entities", 0]}] * 3000,
]
EXTENSIONS: list[Any] = [None, [], "x", 1, {}, {"lineage": 1}, {"lineage": [{"paths": [1]}]}]


def spoilt(body: bytes, seed: int) -> bytes:
    """A right response with some things in it replaced, left out, added or repeated."""
    source = Random(seed)
    payload = json.loads(body)
    for _ in range(source.randint(0, 3)):
        _spoil(source, payload)
    if source.random() < 0.4:
        payload["errors"] = source.choice(ERRORS)
    if source.random() < 0.2:
        payload["extensions"] = source.choice(EXTENSIONS)
    if source.random() < 0.1:
        payload["data"] = source.choice(VALUES)
    if source.random() < 0.05:
        payload = source.choice(VALUES)
    return json.dumps(payload).encode()


def _spoil(source: Random, payload: Any) -> None:
    places: list[tuple[Any, Any]] = []
    pending = [payload["data"]]
    while pending:
        value = pending.pop()
        if isinstance(value, dict | list):
            for key, below in value.items() if isinstance(value, dict) else enumerate(value):
                places.append((value, key))
                pending.append(below)
    if not places:
        return
    holder, key = source.choice(places)
    kind = source.choice(["replace", "replace", "remove", "repeat", "add", "wrap"])
    if kind == "remove":
        del holder[key]
    elif kind == "repeat" and isinstance(holder, list):
        holder.insert(key, holder[key])
    elif kind == "add" and isinstance(holder, dict):
        name = source.choice(["__typename", "id", "name", "rating", "evil"])
        holder[name] = copy.deepcopy(source.choice(VALUES))
    elif kind == "wrap":
        holder[key] = [holder[key]]
    else:
        holder[key] = copy.deepcopy(source.choice(VALUES))


# --- texts: bytes that may be no JSON -------------------------------------------------------------

TEXTS: dict[str, Wire] = {
    "plain": lambda body: body,
    "cut": lambda body: body[: len(body) // 2],
    "without the last byte": lambda body: body[:-1],
    "empty": lambda body: b"",
    "twice": lambda body: body + body,
    "byte order mark": lambda body: b"\xef\xbb\xbf" + body,
    "blanks": lambda body: b"\r\n\t " + body + b" \n",
    "utf-16": lambda body: body.decode("utf-8", "replace").encode("utf-16"),
    "not utf-8": lambda body: body.replace(b"Ada", b"\xff\xfe\xc0\x80"),
    "not a number": lambda body: body.replace(b'"Ada"', b"NaN"),
    "infinity": lambda body: body.replace(b'"Ada"', b"-Infinity"),
    "1e400": lambda body: body.replace(b"4.5", b"1e400"),
    "long number": lambda body: body.replace(b"36", b"3" * 5000),
    "long fraction": lambda body: body.replace(b"4.5", b"0." + b"1" * 5000),
    "surrogate": lambda body: body.replace(b"Ada", rb"\ud800"),
    "bad escape": lambda body: body.replace(b"Ada", rb"\x41"),
    "nul": lambda body: body.replace(b"Ada", b"\x00"),
    "keys twice": lambda body: body.replace(b'{"data"', b'{"data":null,"data"'),
    "data last twice": lambda body: body[:-1] + b',"data":{"evil":1}}',
    "hidden errors": lambda body: body[:-1] + rb',"\u0065rrors":[{"message":"evil"}]}',
    "comment": lambda body: b"/* evil */" + body,
    "trailing comma": lambda body: body[:-1] + b",}",
    "deep": lambda body: b'{"data":' + b"[" * 100_000 + b"]" * 100_000 + b"}",
    "deep objects": lambda body: b'{"data":' + b'{"a":' * 100_000 + b"1" + b"}" * 100_001,
    "deep leaf": lambda body: body.replace(b'"Ada"', b"[" * 100_000 + b"]" * 100_000),
    "html": lambda body: b"<!doctype html><title>evil</title>",
    "script": lambda body: b")]}',\n" + body,
}


# --- wires: HTTP that may be a lie ---------------------------------------------------------------


def message(
    body: bytes, *lines: bytes, status: bytes = b"200 OK", length: int | None = None
) -> bytes:
    """An HTTP answer; `length` may be a lie, and -1 leaves it out."""
    told = len(body) if length is None else length
    given = [b"HTTP/1.1 " + status, b"content-type: application/json", *lines]
    if told >= 0:
        given.append(b"content-length: %d" % told)
    return b"\r\n".join(given) + b"\r\n\r\n" + body


def chunked(body: bytes, *, ending: bytes = b"0\r\n\r\n", size: int = 7) -> bytes:
    pieces = [body[at : at + size] for at in range(0, len(body), size)][:2000]
    rest = body[2000 * size :]
    text = b"".join(b"%x\r\n%b\r\n" % (len(one), one) for one in [*pieces, rest] if one)
    return message(text + ending, b"transfer-encoding: chunked", length=-1)


EVIL = b'{"data":{"evil":"evil"}}'
HEAD = b"HTTP/1.1 200 OK\r\ncontent-type: application/json\r\n"

WIRES: dict[str, Wire] = {
    "plain": message,
    "chunked": chunked,
    "chunked with trailers": lambda body: chunked(body, ending=b"0\r\nx-evil: 1\r\n\r\n"),
    "trailers without end": lambda body: chunked(body, ending=b"0\r\n" + b"x: y\r\n" * 20_000),
    "chunk of no size": lambda body: chunked(body, ending=b"zz\r\nevil\r\n0\r\n\r\n"),
    "chunk of a huge size": lambda body: chunked(body, ending=b"f" * 20 + b"\r\nevil"),
    "chunk of a negative size": lambda body: chunked(body, ending=b"-5\r\nevil\r\n0\r\n\r\n"),
    "chunk extension": lambda body: chunked(body, ending=b"0;" + b"e" * 200_000 + b"\r\n\r\n"),
    "no last chunk": lambda body: chunked(body, ending=b""),
    "length too long": lambda body: message(body, length=len(body) + 5),
    "length too short": lambda body: message(body, length=max(0, len(body) - 5)),
    "length far too long": lambda body: message(body, length=10**18),
    "length of no number": lambda body: message(body, b"content-length: x", length=-1),
    "length below zero": lambda body: message(body, b"content-length: -1", length=-1),
    "two lengths": lambda body: message(body, b"content-length: 3"),
    "length and chunks": lambda body: message(chunked(body), b"transfer-encoding: chunked"),
    "no length": lambda body: message(body, length=-1),
    "doubled": lambda body: message(body) + message(EVIL),
    "doubled and split": lambda body: message(body) + b"\r\n" + message(EVIL),
    "answer in an answer": lambda body: message(message(EVIL) + body),
    "interim": lambda body: b"HTTP/1.1 103 Early Hints\r\nx: y\r\n\r\n" + message(body),
    "interim with a length": lambda body: (
        b"HTTP/1.1 100 Continue\r\ncontent-length: 5\r\n\r\n" + message(body)
    ),
    "interim flood": lambda body: b"HTTP/1.1 102 Processing\r\n\r\n" * 5000 + message(body),
    "switching": lambda body: (
        b"HTTP/1.1 101 Switching Protocols\r\nconnection: upgrade\r\nupgrade: x\r\n\r\n" + body
    ),
    "gzip": lambda body: message(gzip.compress(body, 1), b"content-encoding: gzip"),
    "deflate": lambda body: message(zlib.compress(body, 1), b"content-encoding: deflate"),
    "gzip lie": lambda body: message(body, b"content-encoding: gzip"),
    "deflate lie": lambda body: message(b"\x78\x9c" + body, b"content-encoding: deflate"),
    "gzip cut": lambda body: message(gzip.compress(body, 1)[:-4], b"content-encoding: gzip"),
    "gzip twice": lambda body: message(
        gzip.compress(gzip.compress(body, 1), 1), b"content-encoding: gzip, gzip"
    ),
    "brotli": lambda body: message(body, b"content-encoding: br"),
    "zstd": lambda body: message(b"\x28\xb5\x2f\xfd" + body, b"content-encoding: zstd"),
    "bomb": lambda body: message(_bomb(), b"content-encoding: gzip"),
    "header flood": lambda body: (
        HEAD + b"".join(b"x-%d: %b\r\n" % (n, b"y" * 90) for n in range(20_000)) + b"\r\n" + body
    ),
    "header without end": lambda body: HEAD + b"x: " + b"y" * 2_000_000,
    "folded header": lambda body: message(body, b"x: a\r\n b"),
    "nul in a header": lambda body: message(body, b"x: a\x00b"),
    "bare line feeds": lambda body: message(body).replace(b"\r\n", b"\n"),
    "no headers": lambda body: b"HTTP/1.1 200 OK\r\n\r\n" + body,
    "HTTP/1.0": lambda body: message(body).replace(b"HTTP/1.1", b"HTTP/1.0"),
    "HTTP/0.9": lambda body: body,
    "HTTP/2": lambda body: message(body).replace(b"HTTP/1.1", b"HTTP/2.0"),
    "SSH": lambda body: b"SSH-2.0-OpenSSH_9.9\r\n",
    "nothing": lambda body: b"",
    "204": lambda body: message(body, status=b"204 No Content"),
    "204 without length": lambda body: message(body, status=b"204 No Content", length=-1),
    "205": lambda body: message(body, status=b"205 Reset Content"),
    "304": lambda body: message(body, status=b"304 Not Modified"),
    "301": lambda body: message(
        body, b"location: http://127.0.0.1:9/evil", status=b"301 Moved Permanently"
    ),
    "307": lambda body: message(body, b"location: /evil", status=b"307 Temporary Redirect"),
    "401": lambda body: message(body, b"www-authenticate: Basic", status=b"401 Unauthorized"),
    "429": lambda body: message(body, b"retry-after: 99999999", status=b"429 Too Many Requests"),
    "500": lambda body: message(body, status=b"500 Internal Server Error"),
    "599": lambda body: message(body, status=b"599 Odd"),
    "999": lambda body: message(body, status=b"999 Odder"),
    "status of no number": lambda body: message(body, status=b"abc OK"),
    "html": lambda body: message(body, b"content-type: text/html"),
    "event stream": lambda body: message(b"data: " + body, b"content-type: text/event-stream"),
    "cookies": lambda body: message(body, b"set-cookie: evil=1", b"x-evil: 1"),
    "keep-alive lie": lambda body: message(body, b"connection: keep-alive", b"keep-alive: max=0"),
    "close": lambda body: message(body, b"connection: close"),
}


@cache
def _bomb() -> bytes:
    made = zlib.compressobj(9, zlib.DEFLATED, 31)
    megabyte = b" " * 1_000_000
    return b"".join([made.compress(megabyte) for _ in range(100)]) + made.flush()
