"""Which rules bind which action. An action that is not in the book is denied."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import TypeAlias

from auth.decision import Outcome
from auth.policies.cost_visibility import cost_visibility
from auth.policies.credit_hold import credit_hold
from auth.policies.data_class import data_class
from auth.policies.facts import Case
from auth.policies.invoice_basis import invoice_basis
from auth.policies.legal_entity_scope import legal_entity_scope
from auth.policies.rate_floor import rate_floor
from auth.policies.region_scope import region_scope
from auth.policies.role_grant import role_grant
from auth.policies.segregation_of_duties import segregation_of_duties
from auth.policies.subcontractor_pass_through import subcontractor_pass_through
from auth.policies.time_basis import time_basis
from auth.policies.value_threshold import value_threshold
from auth.policies.vocabulary import Action

Rule: TypeAlias = Callable[[Case], Outcome]

_SCOPED: tuple[Rule, ...] = (role_grant, region_scope, legal_entity_scope)
_PROVISIONING = (*_SCOPED, credit_hold, rate_floor, subcontractor_pass_through, data_class)
_AMENDING = (*_PROVISIONING, value_threshold)

RULE_BOOK: Mapping[Action, tuple[Rule, ...]] = MappingProxyType(
    {
        Action.READ_ENGAGEMENT: _SCOPED,
        Action.READ_RUN: _SCOPED,
        Action.READ_COST: (*_SCOPED, cost_visibility),
        Action.PREVIEW_PROVISIONING: _SCOPED,
        Action.PROVISION: _PROVISIONING,
        Action.PREVIEW_AMENDMENT: _SCOPED,
        Action.APPLY_AMENDMENT: _AMENDING,
        Action.APPROVE_RUN: (*_SCOPED, segregation_of_duties),
        Action.REJECT_RUN: _SCOPED,
        Action.REPLAY_RUN: (*_SCOPED, data_class),
        Action.CANCEL_RUN: (*_SCOPED, data_class),
        Action.RESOLVE_EXCEPTION: (*_SCOPED, data_class),
        Action.ISSUE_INVOICE: (*_SCOPED, invoice_basis, data_class),
        Action.RECORD_TIME: (*_SCOPED, time_basis, data_class),
    }
)
