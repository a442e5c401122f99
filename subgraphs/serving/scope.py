"""How far a caller's claims reach, as a value that reads are filtered with. Deny is the default.

Who holds no role (or, not being a person, no scope) that grants reading sees nothing at all. For
the others, lists push the bounds of the claims down to the system of record, so that no row leaves
it that the caller may not see; what is read by key is checked on arrival, and what is not covered
is answered as if it did not exist.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Protocol

from auth.caller import Caller
from auth.decision import Allow, Decision
from auth.policies.facts import Case, Facts
from auth.policies.judge import judge
from auth.policies.role_grant import role_grant
from auth.policies.vocabulary import Action


class Located(Protocol):
    """A record that itself says which region and legal entity it belongs to."""

    @property
    def region(self) -> str: ...

    @property
    def legal_entity(self) -> str: ...


@dataclass(frozen=True, slots=True)
class Scope:
    """The bounds of one caller. For filters None means no bound, an empty tuple nothing at all."""

    caller: Caller
    reads: bool = field(init=False)

    def __post_init__(self) -> None:
        granted = role_grant(Case(self.caller, Action.READ_ENGAGEMENT, Facts()))
        object.__setattr__(self, "reads", isinstance(granted, Allow))

    def covers(self, record: Located) -> bool:
        """Whether the caller may see a record of this region and legal entity."""
        return self.covers_region(record.region) and self.covers_legal_entity(record.legal_entity)

    def covers_region(self, region: str) -> bool:
        """Whether the region is within the claims."""
        return self.reads and self.caller.may_see_region(region)

    def covers_legal_entity(self, legal_entity: str) -> bool:
        """Whether the legal entity is within the claims."""
        return self.reads and self.caller.may_see_legal_entity(legal_entity)

    def covers_customer(self, region: str, legal_entities: Iterable[str]) -> bool:
        """Whether a customer is visible: of a covered region, or trading with a covered entity.

        A customer belongs to no legal entity; one from abroad that signs with the caller's own
        entity has to be visible to those who serve it.
        """
        return self.covers_region(region) or any(map(self.covers_legal_entity, legal_entities))

    def regions(self, asked: Sequence[str] | None) -> tuple[str, ...] | None:
        """The regions to filter by: those asked for (None: any) within the claims."""
        caller = self.caller
        return self._within(asked, caller.regions, unbounded=caller.all_regions)

    def legal_entities(self, asked: Sequence[str] | None) -> tuple[str, ...] | None:
        """The legal entities to filter by: those asked for (None: any) within the claims."""
        caller = self.caller
        return self._within(asked, caller.legal_entities, unbounded=caller.all_legal_entities)

    def cost_decision(self, record: Located, lead: str | None) -> Decision:
        """Whether costs and margins of the record's engagement are readable, with the reasons."""
        facts = Facts(region=record.region, legal_entity=record.legal_entity, engagement_lead=lead)
        return judge(Case(self.caller, Action.READ_COST, facts))

    def _within(
        self, asked: Sequence[str] | None, allowed: frozenset[str], *, unbounded: bool
    ) -> tuple[str, ...] | None:
        if not self.reads:
            return ()
        if unbounded:
            return None if asked is None else tuple(asked)
        return tuple(sorted(allowed if asked is None else allowed.intersection(asked)))
