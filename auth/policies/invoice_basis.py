"""No invoice on an unaccepted milestone, on an expired contract, or beyond the cap."""

from __future__ import annotations

from auth.decision import Deny, NoObjection, Outcome, Reason
from auth.policies.facts import BillingBasis, Case, require

RULE = "invoice-basis"


def invoice_basis(case: Case) -> Outcome:
    """Deny an invoice without a basis, naming everything that is wrong with it."""
    basis = require(case.facts.billing, "billing basis")
    facts = {
        "invoiceDate": basis.invoice_date.isoformat(),
        "contractEnd": basis.contract_end.isoformat(),
        "amount": str(basis.amount),
        "billedToDate": str(basis.billed_to_date),
        "cap": "" if basis.cap is None else str(basis.cap),
    }
    faults = tuple(Reason(RULE, code, text, facts) for code, text in _faults(basis))
    if faults:
        return Deny(faults)
    return NoObjection((Reason(RULE, "INVOICE_HAS_BASIS", "The invoice has a basis.", facts),))


def _faults(basis: BillingBasis) -> list[tuple[str, str]]:
    faults = []
    if basis.milestone_accepted is False:
        faults.append(("MILESTONE_NOT_ACCEPTED", "The milestone has not been accepted."))
    if basis.invoice_date > basis.contract_end:
        faults.append(("CONTRACT_EXPIRED", "The contract has expired."))
    if basis.cap is not None and basis.billed_to_date + basis.amount > basis.cap:
        faults.append(("BEYOND_CAP", "The invoice would exceed the contract's cap."))
    return faults
