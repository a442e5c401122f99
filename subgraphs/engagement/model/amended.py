"""A basis as an amendment makes it: the deltas applied, nothing written."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from types import MappingProxyType

from subgraphs.engagement.model.basis import Basis
from subgraphs.systems_of_record import amending
from subgraphs.systems_of_record.records.clm import Amendment, DeltaAction, ScopeDelta


def amended(basis: Basis, amendment: Amendment) -> Basis:
    """The basis after the amendment, one version on. Raises `InapplicableAmendmentError`."""
    after = amending.amended(basis.contract, basis.milestones, basis.rate_cards, amendment)
    scope = _scope(basis.scope, amendment)
    return Basis(after.contract, after.milestones, after.rate_cards, scope)


def _scope(scope: Mapping[str, Decimal], amendment: Amendment) -> Mapping[str, Decimal]:
    hours = dict(scope)
    for delta in amendment.deltas:
        if isinstance(delta, ScopeDelta):
            # A workstream that leaves takes hours away, whichever sign its author wrote.
            removed = delta.action is DeltaAction.REMOVE
            change = -abs(delta.hours) if removed else delta.hours
            hours[delta.workstream] = hours.get(delta.workstream, Decimal(0)) + change
    return MappingProxyType(hours)
