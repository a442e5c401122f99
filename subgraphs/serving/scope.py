"""How far a caller's claims reach, as a value that reads are filtered with. Deny is the default.

Lists push the bounds down to the system of record, so that no row leaves it that the caller may
not see; what is read by key is checked on arrival, and what is not covered is answered as if it
did not exist.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Protocol

from auth.caller import Caller

# Who may read cost rates and margins of any engagement in their scope.
CONFIDENTIAL_ROLES = frozenset({"finance", "finance_approver", "finance_controller"})


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

    def covers(self, record: Located) -> bool:
        """Whether the caller may see a record of this region and legal entity."""
        return self.covers_region(record.region) and self.covers_legal_entity(record.legal_entity)

    def covers_region(self, region: str) -> bool:
        """Whether the region is within the claims."""
        return self.caller.may_see_region(region)

    def covers_legal_entity(self, legal_entity: str) -> bool:
        """Whether the legal entity is within the claims."""
        return self.caller.may_see_legal_entity(legal_entity)

    def covers_customer(self, region: str, legal_entities: Iterable[str]) -> bool:
        """Whether a customer is visible: of a covered region, or trading with a covered entity.

        A customer belongs to no legal entity; one from abroad that signs with the caller's own
        entity has to be visible to those who serve it.
        """
        return self.covers_region(region) or any(map(self.covers_legal_entity, legal_entities))

    def regions(self, asked: Sequence[str] | None) -> tuple[str, ...] | None:
        """The regions to filter by: those asked for (None: any) within the claims."""
        return _within(asked, self.caller.regions, self.caller.all_regions)

    def legal_entities(self, asked: Sequence[str] | None) -> tuple[str, ...] | None:
        """The legal entities to filter by: those asked for (None: any) within the claims."""
        return _within(asked, self.caller.legal_entities, self.caller.all_legal_entities)

    def may_read_confidential(self, lead: str | None = None) -> bool:
        """Whether cost rates and margins are readable: by finance and the engagement's own lead."""
        return not self.caller.roles.isdisjoint(CONFIDENTIAL_ROLES) or (
            self.caller.authenticated and lead is not None and lead == self.caller.subject
        )


def _within(
    asked: Sequence[str] | None, allowed: frozenset[str], unbounded: bool
) -> tuple[str, ...] | None:
    if unbounded:
        return None if asked is None else tuple(asked)
    return tuple(sorted(allowed if asked is None else allowed.intersection(asked)))
