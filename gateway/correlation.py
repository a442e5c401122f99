"""The id by which the logs of all hops of one request can be joined."""

from __future__ import annotations

import itertools
import os
import re
from collections.abc import Mapping

from auth.signed_caller import CORRELATION_HEADER

_PLAIN = re.compile(r"[A-Za-z0-9._:-]{8,128}\Z")

# A process has a random name and counts its requests: unique everywhere, and cheap to make. A
# process that was forked off has to be told apart from its parent.
_name = os.urandom(8).hex()
_numbers = itertools.count(int.from_bytes(os.urandom(4), "big"))


def correlation_of(headers: Mapping[str, str]) -> str:
    """The client's correlation id if it is a plain one, else a new one of 32 hexadecimal digits."""
    given = headers.get(CORRELATION_HEADER)
    if given is not None and _PLAIN.match(given):
        return given
    return f"{_name}{next(_numbers):016x}"


def _rename() -> None:
    global _name
    _name = os.urandom(8).hex()


os.register_at_fork(after_in_child=_rename)
