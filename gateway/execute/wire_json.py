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

    Integers of any size and strings with lone surrogates (written as escapes) are encoded exactly.

    Raises:
        TypeError: a value has no JSON form.
    """
    try:
        return orjson.dumps(value)
    except TypeError:
        return orjson.dumps(_encodable(value))


def _encodable(value: Any) -> Any:
    """Replace what orjson refuses by fragments. Recursion is bounded by the decoder's own depth."""
    if isinstance(value, str):
        return value if _is_utf8(value) else Fragment(json.dumps(value).encode())
    if isinstance(value, int) and not isinstance(value, bool):
        return value if _SMALLEST <= value <= _LARGEST else Fragment(_digits(value))
    if isinstance(value, dict):
        if all(_is_utf8(key) for key in value):
            return {key: _encodable(item) for key, item in value.items()}
        pairs = (
            json.dumps(key).encode() + b":" + orjson.dumps(_encodable(item))
            for key, item in value.items()
        )
        return Fragment(b"{" + b",".join(pairs) + b"}")
    if isinstance(value, list | tuple):
        return [_encodable(item) for item in value]
    return value


def _digits(value: int) -> bytes:
    try:
        return str(value).encode()
    except ValueError:  # beyond sys.get_int_max_str_digits(): hexadecimal has no such bound
        raise TypeError("integer is too long to be encoded") from None


def _is_utf8(text: str) -> bool:
    try:
        text.encode()
    except UnicodeEncodeError:
        return False
    return True
