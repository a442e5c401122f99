"""Records to and from JSON, driven by their type hints and a system's naming convention.

Decimals travel as strings and dates as ISO 8601, so nothing loses exactness. A union of
dataclasses is tagged with `type`, the class's name in the system's convention. `Source` is no
part of a document: it comes from the envelope that the system puts around it.
"""

from __future__ import annotations

import dataclasses
import types
from collections.abc import Callable, Mapping
from datetime import date, datetime
from decimal import Decimal, InvalidOperation
from enum import Enum
from typing import Any, TypeVar, Union, cast, get_args, get_origin, get_type_hints

from subgraphs.systems_of_record.records.common import Source

R = TypeVar("R")
Naming = Callable[[str], str]
Decoder = Callable[[Any], Any]
Encoder = Callable[[Any], Any]


class MalformedDocumentError(ValueError):
    """A document does not have the shape of the record that it should hold."""


def pascal_case(name: str) -> str:
    """`contract_id` → `ContractId`, as OData services name properties."""
    return "".join(part.capitalize() for part in name.split("_"))


def camel_case(name: str) -> str:
    """`contract_id` → `contractId`."""
    pascal = pascal_case(name)
    return pascal[:1].lower() + pascal[1:]


def snake_case(name: str) -> str:
    """Names as they are in the records."""
    return name


class Codec:
    """Encodes and decodes records in one naming convention; compiles each class once."""

    def __init__(self, naming: Naming) -> None:
        self.naming = naming
        self._decoders: dict[Any, Decoder] = {}
        self._encoders: dict[Any, Encoder] = {}

    def encode(self, record: Any) -> dict[str, Any]:
        """The document of a record or draft, without its source."""
        return cast("dict[str, Any]", self._encoder(type(record))(record))

    def decode(self, cls: type[R], document: Mapping[str, Any], source: Source | None = None) -> R:
        """The record in a document. Raises MalformedDocumentError."""
        try:
            if source is None:
                return cast(R, self._decoder(cls)(document))
            return cast(R, self._decoder(cls)({**document, "": source}))
        except (KeyError, TypeError, ValueError, InvalidOperation, AttributeError) as error:
            raise MalformedDocumentError(f"no {cls.__name__}: {error!r}") from error

    def _decoder(self, hint: Any) -> Decoder:
        if hint not in self._decoders:
            self._decoders[hint] = self._compile_decoder(hint)
        return self._decoders[hint]

    def _compile_decoder(self, hint: Any) -> Decoder:
        origin = get_origin(hint)
        if origin in (Union, types.UnionType):
            return self._union_decoder(hint)
        if origin is tuple:
            item = self._decoder(get_args(hint)[0])
            return lambda values: tuple([item(value) for value in values])
        if dataclasses.is_dataclass(hint):
            return self._dataclass_decoder(cast(type, hint))
        return _scalar_decoder(hint)

    def _union_decoder(self, hint: Any) -> Decoder:
        members = [member for member in get_args(hint) if member is not type(None)]
        if len(members) == 1:
            inner = self._decoder(members[0])
        else:
            by_tag = {self.naming(_snake(m.__name__)): self._decoder(m) for m in members}

            def inner(value: Any) -> Any:
                return by_tag[value["type"]](value)

        if type(None) not in get_args(hint):
            return inner
        return lambda value: None if value is None else inner(value)

    def _dataclass_decoder(self, cls: type) -> Decoder:
        hints = get_type_hints(cls)
        plan = [
            ("", _identity) if hint is Source else (self.naming(name), self._decoder(hint))
            for name, hint in ((f.name, hints[f.name]) for f in dataclasses.fields(cls))
        ]

        def decode(document: Any) -> Any:
            return cls(*[decoder(document[key]) for key, decoder in plan])

        return decode

    def _encoder(self, cls: Any) -> Encoder:
        if cls not in self._encoders:
            self._encoders[cls] = self._compile_encoder(cls)
        return self._encoders[cls]

    def _compile_encoder(self, cls: Any) -> Encoder:
        if cls is tuple:
            return lambda values: [self._encoder(type(value))(value) for value in values]
        if dataclasses.is_dataclass(cls):
            return self._dataclass_encoder(cast(type, cls))
        if issubclass(cls, Enum):
            return lambda value: value.value
        if cls is Decimal:
            return lambda value: format(value, "f")
        if cls is datetime:
            return format_instant
        if cls is date:
            return date.isoformat
        return _identity

    def _dataclass_encoder(self, cls: type) -> Encoder:
        hints = get_type_hints(cls)
        names = [f.name for f in dataclasses.fields(cls) if hints[f.name] is not Source]
        plan = [(name, self.naming(name)) for name in names]
        tag = self.naming(_snake(cls.__name__))
        encoder = self._encoder

        def encode(record: Any) -> Any:
            document = {"type": tag} if tag.lower().endswith(("terms", "delta")) else {}
            for name, key in plan:
                value = getattr(record, name)
                document[key] = encoder(type(value))(value)
            return document

        return encode


def _scalar_decoder(hint: Any) -> Decoder:
    if hint is Decimal:
        return _decimal
    if hint is datetime:
        return parse_instant
    if hint is date:
        return date.fromisoformat
    if isinstance(hint, type) and issubclass(hint, Enum):
        return hint
    if hint in (str, int, bool):
        return _checked(hint)
    raise TypeError(f"records hold no {hint!r}")


def _decimal(value: Any) -> Decimal:
    # A binary float has lost what was written; NaN and the infinities are no amounts.
    if isinstance(value, bool | float):
        raise TypeError(f"{value!r} is no exact number")
    number = Decimal(value)
    if not number.is_finite():
        raise ValueError(f"{value!r} is no finite number")
    return number


def _checked(expected: type) -> Decoder:
    def check(value: Any) -> Any:
        if type(value) is not expected:
            raise TypeError(f"{value!r} is no {expected.__name__}")
        return value

    return check


def _identity(value: Any) -> Any:
    return value


def _snake(name: str) -> str:
    return "".join(f"_{c.lower()}" if c.isupper() else c for c in name).lstrip("_")


def format_instant(value: datetime) -> str:
    """An aware UTC time with microseconds, so that text sorts as time does."""
    return value.strftime("%Y-%m-%dT%H:%M:%S.%fZ")


def parse_instant(text: str) -> datetime:
    """An aware time from ISO 8601 text. Raises ValueError on a time without a zone."""
    value = datetime.fromisoformat(text)
    if value.tzinfo is None:
        raise ValueError(f"{text!r} has no time zone")
    return value
