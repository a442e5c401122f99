"""Declares the kinds of objects that a sandbox system stores."""

from __future__ import annotations

import dataclasses
import types
from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from enum import StrEnum
from typing import Any, Union, get_args, get_origin, get_type_hints

from subgraphs.systems_of_record.codec import Codec
from subgraphs.systems_of_record.records.common import Source


class FieldType(StrEnum):
    """How a field compares."""

    TEXT = "TEXT"
    NUMBER = "NUMBER"


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of object.

    `name` is its table and its name on the wire; `prefix` begins generated ids; `fields` maps
    every path that may be filtered or ordered by to its type; `external_key` names the fields
    whose values, together, are unique; `indexes` are the paths that lists are looked up by.
    `record` is the shape of its documents. `report` are the paths that a report reads, after the
    one that it looks up by: an index that holds them all spares it the documents.
    """

    name: str
    prefix: str
    fields: Mapping[str, FieldType]
    id_field: str = "id"
    modified_field: str = "modified_at"
    external_key: tuple[str, ...] = ()
    indexes: tuple[str, ...] = ()
    record: type | None = None
    report: tuple[str, ...] = ()

    def external_key_of(self, document: Mapping[str, Any]) -> str | None:
        """The external key's value in a document; None if the kind or document has none."""
        values = [document.get(name) for name in self.external_key]
        if not values or any(value is None for value in values):
            return None
        return "|".join(str(value) for value in values)


@dataclass(frozen=True, slots=True)
class Catalogue:
    """The kinds of one system, by name."""

    kinds: Mapping[str, Kind]
    codec: Codec = field(repr=False)

    def __getitem__(self, name: str) -> Kind:
        return self.kinds[name]


def fields_of(record: Any, codec: Codec, prefix: str = "") -> dict[str, FieldType]:
    """Every path into a record's document that holds one comparable value, with its type."""
    found: dict[str, FieldType] = {}
    for name, hint in get_type_hints(record).items():
        path = prefix + codec.naming(name)
        for inner in _alternatives(hint):
            if dataclasses.is_dataclass(inner) and inner is not Source:
                found |= fields_of(inner, codec, path + ".")
            elif inner in (Decimal, int):
                found[path] = FieldType.NUMBER
            elif isinstance(inner, type) and inner not in (Source, type(None)):
                found[path] = FieldType.TEXT
    return found


def _alternatives(hint: Any) -> tuple[Any, ...]:
    origin = get_origin(hint)
    if origin in (Union, types.UnionType):
        return get_args(hint)
    return () if origin is tuple else (hint,)
