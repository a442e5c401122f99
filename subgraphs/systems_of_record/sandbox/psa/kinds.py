"""The resources of the sandbox professional-services automation."""

from __future__ import annotations

from subgraphs.systems_of_record.codec import Codec, snake_case
from subgraphs.systems_of_record.records import erp, psa
from subgraphs.systems_of_record.sandbox.kinds import Catalogue, FieldType, Kind, fields_of

CODEC = Codec(snake_case)
_SCOPE = ("region", "legal_entity")
# What time is summed by, and last what is summed.
TIME_REPORT = (
    "contract_id",
    "state",
    "billable",
    "bill_rate.amount",
    "bill_rate.currency",
    "cost_rate.amount",
    "hours",
)


def _kind(
    name: str,
    prefix: str,
    record: type,
    external_key: tuple[str, ...] = (),
    indexes: tuple[str, ...] = (),
    extra: tuple[str, ...] = (),
    report: tuple[str, ...] = (),
) -> Kind:
    fields = fields_of(record, CODEC) | dict.fromkeys(extra, FieldType.TEXT)
    return Kind(name, prefix, fields, "id", "updated_at", external_key, indexes, record, report)


_BY_CONTRACT = ("contract_id",)
_KINDS = (
    _kind("projects", "DLV", psa.DeliveryProject, _BY_CONTRACT, _BY_CONTRACT),
    _kind("tasks", "TSK", psa.Task, (), _BY_CONTRACT),
    _kind("skills", "SKL", psa.Skill),
    _kind("resources", "RES", psa.Resource, ("subject",), ("subject",), ("skill_list",)),
    _kind("assignments", "ASG", psa.Assignment, (), ("contract_id", "resource_id"), _SCOPE),
    _kind("capacity_plans", "CAP", psa.CapacityPlan, _BY_CONTRACT, _BY_CONTRACT),
    _kind(
        "time_entries",
        "TIM",
        psa.TimesheetEntry,
        (),
        ("contract_id", "resource_id", "invoice_id", "worked_on"),
        _SCOPE,
        TIME_REPORT,
    ),
    _kind("expenses", "EXP", psa.Expense, (), _BY_CONTRACT, _SCOPE),
    _kind("acceptances", "MAC", psa.MilestoneAcceptance, ("milestone_id",), _BY_CONTRACT),
    _kind("rate_cards", "PRC", erp.PublishedRateCard, ("rate_card_id",), _BY_CONTRACT),
)

CATALOGUE = Catalogue({kind.name: kind for kind in _KINDS}, CODEC)
