"""The record types of the sandbox contract system."""

from __future__ import annotations

from subgraphs.systems_of_record.codec import Codec, camel_case
from subgraphs.systems_of_record.records import clm
from subgraphs.systems_of_record.sandbox.kinds import Catalogue, FieldType, Kind, fields_of

CODEC = Codec(camel_case)


def _kind(
    name: str,
    prefix: str,
    record: type,
    indexes: tuple[str, ...],
    extra: tuple[str, ...] = (),
) -> Kind:
    fields = fields_of(record, CODEC) | dict.fromkeys(extra, FieldType.TEXT)
    return Kind(name, prefix, fields, "id", "lastUpdated", (), indexes, record)


_KINDS = (
    _kind("contract", "CTR", clm.Contract, ("customerId", "masterId", "state", "region")),
    _kind("amendment", "AMD", clm.Amendment, ("contractId", "state"), ("region", "legalEntity")),
    _kind("rateCard", "RAT", clm.RateCard, ("contractId",)),
    _kind("milestone", "MIL", clm.Milestone, ("contractId",)),
)

CATALOGUE = Catalogue({kind.name: kind for kind in _KINDS}, CODEC)
