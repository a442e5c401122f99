"""The entity sets of the sandbox ERP."""

from __future__ import annotations

from subgraphs.systems_of_record.codec import Codec, pascal_case
from subgraphs.systems_of_record.records import erp
from subgraphs.systems_of_record.sandbox.kinds import Catalogue, FieldType, Kind, fields_of

CODEC = Codec(pascal_case)


def _kind(
    name: str,
    prefix: str,
    record: type,
    external_key: tuple[str, ...] = (),
    indexes: tuple[str, ...] = (),
    extra: tuple[str, ...] = (),
) -> Kind:
    fields = fields_of(record, CODEC) | dict.fromkeys(extra, FieldType.TEXT)
    return Kind(name, prefix, fields, "Id", "ModifiedAt", external_key, indexes, record)


_KINDS = (
    _kind("LegalEntities", "LEG", erp.LegalEntity),
    _kind("Currencies", "CCY", erp.Currency),
    _kind("ExchangeRates", "FXR", erp.FxRate, ("Base", "Quote", "EffectiveOn")),
    _kind("TaxProfiles", "TAX", erp.TaxProfile, indexes=("CustomerId",)),
    _kind(
        "CustomerAccounts",
        "ACC",
        erp.CustomerAccount,
        ("CustomerId", "LegalEntity"),
        ("CustomerId",),
    ),
    _kind("Vendors", "VEN", erp.Vendor),
    _kind("Projects", "PRJ", erp.Project, ("ContractId",), ("ContractId",)),
    _kind("BillingRules", "BRU", erp.BillingRule, ("ContractId",), ("ContractId",)),
    _kind("BillingSchedules", "BSC", erp.BillingSchedule, ("ContractId",), ("ContractId",)),
    _kind("BillingMilestones", "BML", erp.BillingMilestone, ("MilestoneId",), ("ContractId",)),
    _kind("Invoices", "INV", erp.Invoice, (), ("ContractId", "State", "CustomerId")),
    _kind(
        "Disputes", "DSP", erp.Dispute, (), ("InvoiceId", "ContractId"), ("Region", "LegalEntity")
    ),
    _kind("CreditNotes", "CRN", erp.CreditNote, (), ("InvoiceId",)),
    _kind("RevenueSchedules", "RVS", erp.RevenueSchedule, ("ContractId",), ("ContractId",)),
    _kind("PurchaseOrders", "POR", erp.PurchaseOrder, ("RuleId",), ("ContractId",)),
    _kind("PublishedRateCards", "PRC", erp.PublishedRateCard, ("RateCardId",), ("ContractId",)),
)

CATALOGUE = Catalogue({kind.name: kind for kind in _KINDS}, CODEC)
