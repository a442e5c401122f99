"""The scalar notations of the configuration file: durations, percentages and sizes."""

from __future__ import annotations

import re
from typing import Annotated

from pydantic import BeforeValidator, PlainSerializer, WithJsonSchema

_DURATION = re.compile(r"(\d+(?:\.\d+)?)(ms|s|m|h|d)\Z")
_UNIT_SECONDS = {"ms": 0.001, "s": 1.0, "m": 60.0, "h": 3600.0, "d": 86400.0}
_SIZE = re.compile(r"(\d+(?:\.\d+)?)(B|kB|KiB|MB|MiB|GB|GiB)\Z")
_UNIT_BYTES = {
    "B": 1,
    "kB": 1000,
    "KiB": 1024,
    "MB": 1000**2,
    "MiB": 1024**2,
    "GB": 1000**3,
    "GiB": 1024**3,
}


def parse_duration(value: object) -> object:
    """Turn `30s`, `500ms`, `2m`, `1h` or `1d` into seconds. Raises `ValueError` on other text.

    A bare number is refused: without a unit nobody knows whether it means seconds.
    """
    if isinstance(value, float):
        return value  # a default written in Python, already in seconds
    match = _DURATION.match(value) if isinstance(value, str) else None
    if match is None:
        raise ValueError("a duration is a number with a unit: 500ms, 30s, 5m, 1h or 1d")
    return float(match[1]) * _UNIT_SECONDS[match[2]]


def print_duration(seconds: float) -> str:
    """The notation of a number of seconds."""
    if seconds >= 1 and seconds == int(seconds):
        return f"{int(seconds)}s"
    return f"{seconds * 1000:g}ms"


def parse_percentage(value: object) -> object:
    """Turn `50%` or a fraction between 0 and 1 into a fraction."""
    if isinstance(value, str) and value.endswith("%"):
        fraction = float(value[:-1]) / 100
    elif isinstance(value, int | float) and not isinstance(value, bool):
        fraction = float(value)
    else:
        raise ValueError("a percentage is written 50%")
    if not 0 <= fraction <= 1:
        raise ValueError("a percentage lies between 0% and 100%")
    return fraction


def parse_size(value: object) -> object:
    """Turn `2MB`, `64KiB` or a number of bytes into a number of bytes."""
    if isinstance(value, str):
        match = _SIZE.match(value)
        if match is None:
            raise ValueError("a size is a number of bytes, or has a unit: 64KiB, 2MB, 1GiB")
        return int(float(match[1]) * _UNIT_BYTES[match[2]])
    return value


Duration = Annotated[
    float,
    BeforeValidator(parse_duration),
    PlainSerializer(print_duration, when_used="json"),
    WithJsonSchema({"type": "string", "pattern": _DURATION.pattern.replace(r"\Z", "$")}),
]
"""Seconds; written with a unit."""

Percentage = Annotated[
    float,
    BeforeValidator(parse_percentage),
    WithJsonSchema(
        {
            "anyOf": [
                {"type": "string", "pattern": r"^\d+(\.\d+)?%$"},
                {"type": "number", "minimum": 0, "maximum": 1},
            ]
        }
    ),
]
"""A fraction between 0 and 1; written as `50%`."""

Size = Annotated[
    int,
    BeforeValidator(parse_size),
    WithJsonSchema(
        {
            "anyOf": [
                {"type": "string", "pattern": "^" + _SIZE.pattern.replace(r"\Z", "$")},
                {"type": "integer", "minimum": 0},
            ]
        }
    ),
]
"""Bytes; written as a number or with a unit."""
