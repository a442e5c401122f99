"""JSON survives both ways, also where Python's fast path would lose it."""

from __future__ import annotations

import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gateway.execute import wire_json

VALUES = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text()
    | st.text(st.characters(categories=["Cs", "L"])),
    lambda below: st.lists(below) | st.dictionaries(st.text(), below),
)


@given(VALUES)
@settings(max_examples=60, deadline=None)
def test_everything_json_can_say_is_encoded(value: object) -> None:
    assert json.loads(wire_json.encode(value)) == value


@given(VALUES)
@settings(max_examples=60, deadline=None)
def test_decoding_and_encoding_again_changes_nothing(value: object) -> None:
    text = json.dumps(value).encode()
    assert json.loads(wire_json.encode(wire_json.decode_exact(text))) == value


@pytest.mark.parametrize(
    "number",
    [
        "18446744073709551616",
        "-9223372036854775809",
        "1" * 5000,
        "0.12345678901234567890",
        "123456789012345678.5",
        "1e400",
        "1.00000000000000000001e-7",
    ],
)
def test_long_numbers_keep_their_digits(number: str) -> None:
    text = f'{{"a":[{number}]}}'.encode()
    assert wire_json.encode(wire_json.decode_exact(text)) == text


@pytest.mark.parametrize(
    "text", [b"", b"{", b"NaN", b"[Infinity]", b'"\xff"', b"{1:2}", b"[" * 100_000, b"\xff\xfe"]
)
def test_what_is_not_json_is_refused(text: bytes) -> None:
    for decode in (wire_json.decode, wire_json.decode_exact):
        with pytest.raises(wire_json.MalformedJSONError):
            decode(text)


def test_duplicate_keys_and_a_byte_order_mark_are_read() -> None:
    assert wire_json.decode(b'{"a":1,"a":2}') == {"a": 2}
    assert wire_json.decode(b'\xef\xbb\xbf{"a":1}') == {"a": 1}


def test_depth_beyond_the_fast_encoder() -> None:
    value: object = 1
    for _ in range(5000):
        value = [{"a": value}]
    assert wire_json.encode(value).startswith(b'[{"a":[{"a":')
