"""JSON to and from subgraphs and clients, without losing what Python's fast path would lose.

orjson reads and writes the ordinary documents. It turns integers beyond 64 bit and long decimals
into floats and refuses lone surrogates, so documents that hold such things take a slower way:
there a number that a float or a 64-bit integer cannot hold becomes an `orjson.Fragment` of its own
digits, which any later encoding writes out unchanged.
"""

from __future__ import annotations

import json
from typing import Any, Final, NoReturn

import orjson

Fragment = orjson.Fragment

# Digits and decimal points become "0", so that a long number shows as a run of zeros.
_DIGITS: Final = bytes(48 if 48 <= code < 58 or code == 46 else code for code in range(256))
_LONG_RUN: Final = b"0" * 17
_EXACT_DIGITS: Final = 15
_SMALLEST, _LARGEST = -(2**63), 2**64 - 1


class MalformedJSONError(ValueError):
    """The text is not JSON (RFC 8259) in UTF-8."""


def decode(body: bytes) -> Any:
    """Decode JSON text; long numbers may lose precision (see `decode_exact`).

    Raises:
        MalformedJSONError: not JSON, not UTF-8, or nested beyond what can be read.
    """
    try:
        return orjson.loads(body)
    except orjson.JSONDecodeError:
        return _decode_slowly(body)


def decode_exact(body: bytes) -> Any:
    """Decode JSON text so that every number is encoded again with the digits that it came with.

    Raises:
        MalformedJSONError: as `decode`.
    """
    if _LONG_RUN in body.translate(_DIGITS):
        return _decode_slowly(body)
    return decode(body)


def _decode_slowly(body: bytes) -> Any:
    try:
        text = body.decode("utf-8-sig")
        return json.loads(
            text, parse_int=_integer, parse_float=_decimal, parse_constant=_not_a_number
        )
    except (ValueError, RecursionError) as error:
        raise MalformedJSONError(str(error)) from None


def _integer(text: str) -> Any:
    if len(text) <= 18:
        return int(text)
    # Python bounds the digits it converts, and the digits are all that is needed.
    if len(text) <= 21 and _SMALLEST <= (value := int(text)) <= _LARGEST:
        return value
    return Fragment(text.encode())


def _decimal(text: str) -> Any:
    mantissa = text.lower().partition("e")[0]
    if sum(character.isdigit() for character in mantissa) > _EXACT_DIGITS:
        return Fragment(text.encode())
    value = float(text)
    return Fragment(text.encode()) if value in (float("inf"), float("-inf")) else value


def _not_a_number(text: str) -> NoReturn:
    raise ValueError(f"{text} is not JSON")


def encode(value: Any) -> bytes:
    """Encode a value as JSON text.

    Integers of any size, strings with lone surrogates (written as escapes) and values nested deeper
    than orjson goes are encoded exactly. Numbers without a JSON form (NaN) become null.

    Raises:
        TypeError: a value has no JSON form.
    """
    try:
        return orjson.dumps(value)
    except TypeError:
        return _encode_slowly(value)


class _Text(bytes):
    """A piece of finished JSON on the encoder's stack."""


def _encode_slowly(value: Any) -> bytes:
    """Encode what orjson refuses, with a stack of its own because depth is the sender's choice."""
    written: list[bytes] = []
    stack: list[Any] = [value]
    while stack:
        item = stack.pop()
        if isinstance(item, _Text):
            written.append(item)
        elif isinstance(item, dict):
            stack.append(_Text(b"}"))
            for position, (key, below) in reversed(list(enumerate(item.items()))):
                comma = b"," if position else b""
                stack += (below, _Text(comma + json.dumps(str(key)).encode() + b":"))
            stack.append(_Text(b"{"))
        elif isinstance(item, list | tuple):
            stack.append(_Text(b"]"))
            for position, below in reversed(list(enumerate(item))):
                stack.append(below)
                if position:
                    stack.append(_Text(b","))
            stack.append(_Text(b"["))
        else:
            written.append(_scalar(item))
    return b"".join(written)


def _scalar(value: Any) -> bytes:
    if isinstance(value, int) and not isinstance(value, bool):
        try:
            return str(value).encode()
        except ValueError:  # beyond sys.get_int_max_str_digits()
            raise TypeError("an integer is too long to be encoded") from None
    if isinstance(value, str):
        try:
            return orjson.dumps(value)
        except TypeError:
            return json.dumps(value).encode()
    return orjson.dumps(value)
