"""Whether headers are safe to be written as lines of HTTP/1.1 (RFC 9110, section 5).

Both directions write whole blocks of headers, and every value may come from somebody else. One
look at the block is enough: without the characters that values may hold, nothing but one line end
for each header must be left.
"""

from __future__ import annotations

import string
from collections.abc import Collection

_TOKEN = ("!#$%&'*+.^_`|~-" + string.digits + string.ascii_letters).encode("ascii")
_VALUE = bytes([0x09, *range(0x20, 0x7F), *range(0x80, 0x100)])


def are_names(names: Collection[bytes]) -> bool:
    """Whether all of these are header names: tokens, and none of them empty."""
    return b"" not in names and are_name_characters(b"".join(names))


def are_name_characters(joined: bytes) -> bool:
    """Whether names, put together, hold nothing that a name may not."""
    return not joined.translate(None, _TOKEN)


def are_lines(lines: bytes, count: int) -> bool:
    """Whether these are exactly `count` lines `name: value`, if the names are names."""
    return lines.translate(None, _VALUE) == b"\r\n" * count


def is_value(value: bytes) -> bool:
    """Whether this may be a header's value."""
    return not value.translate(None, _VALUE)
