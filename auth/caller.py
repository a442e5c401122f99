"""Who is asking, on whose behalf, and how far their claims reach."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum


class CallerKind(StrEnum):
    """What stands behind a caller. Agents and services are held to the data-class policy."""

    ANONYMOUS = "anonymous"
    PERSON = "person"
    SERVICE = "service"
    AGENT = "agent"


@dataclass(frozen=True, slots=True)
class Caller:
    """The verified identity of a request, as the gateway signs it and subgraphs verify it.

    `subject` is the identity provider's stable id; `roles` are business roles such as
    `delivery_lead` or `finance_approver`; `scopes` are OAuth scopes (`domain:thing:action`);
    `regions` and `legal_entities` bound what the caller may read and act on; an empty set means
    none, never all. `all_regions`/`all_legal_entities` say explicitly that there is no bound.
    """

    subject: str
    kind: CallerKind = CallerKind.PERSON
    name: str = ""
    roles: frozenset[str] = field(default_factory=frozenset)
    scopes: frozenset[str] = field(default_factory=frozenset)
    regions: frozenset[str] = field(default_factory=frozenset)
    legal_entities: frozenset[str] = field(default_factory=frozenset)
    all_regions: bool = False
    all_legal_entities: bool = False
    client: str = ""

    @property
    def authenticated(self) -> bool:
        """Whether somebody was identified at all."""
        return self.kind is not CallerKind.ANONYMOUS

    def may_see_region(self, region: str) -> bool:
        """Whether the claims cover this region code."""
        return self.all_regions or region in self.regions

    def may_see_legal_entity(self, legal_entity: str) -> bool:
        """Whether the claims cover this legal entity's code."""
        return self.all_legal_entities or legal_entity in self.legal_entities


ANONYMOUS = Caller(subject="anonymous", kind=CallerKind.ANONYMOUS)
