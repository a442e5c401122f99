"""Holds written documents to the shape of their records."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from subgraphs.systems_of_record.codec import Codec
from subgraphs.systems_of_record.records.common import Source, System
from subgraphs.systems_of_record.sandbox.kinds import Kind

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_NOWHERE = Source(System.ERP, "", "", _EPOCH, _EPOCH)


def require_shape(kind: Kind, codec: Codec, document: Mapping[str, Any]) -> None:
    """Raises MalformedDocumentError unless the document is a whole record of its kind."""
    if kind.record is not None:
        codec.decode(kind.record, {kind.id_field: "", **document}, _NOWHERE)
