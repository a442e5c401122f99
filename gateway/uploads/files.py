"""Uploaded files, and the references that stand for them in variables.

A reference is text that no client can guess, so that nothing else is ever taken for one. It passes
through coercion and planning like any value of a custom scalar; the files themselves travel beside
the request, in a context variable, to the transport.
"""

from __future__ import annotations

import re
import secrets
from collections.abc import Mapping
from contextvars import ContextVar
from dataclasses import dataclass

REFERENCE = re.compile(rb'"upload:[0-9a-f]{32}"')


@dataclass(frozen=True, slots=True)
class UploadedFile:
    """A file as the client sent it. `content_type` is the client's word, not a fact."""

    name: str
    content_type: str
    content: bytes


def new_reference() -> str:
    """A reference for one file."""
    return f"upload:{secrets.token_hex(16)}"


CURRENT_UPLOADS: ContextVar[Mapping[str, UploadedFile] | None] = ContextVar(
    "current_uploads", default=None
)
"""The files of the request that the current task answers, by reference."""
