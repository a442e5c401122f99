"""What an engagement earns: planned from contract value and budget, so far from the books."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import ROUND_HALF_EVEN, Decimal

from subgraphs.systems_of_record.records.common import Money

_CENTI = Decimal("0.01")


@dataclass(frozen=True, slots=True)
class MarginFigures:
    """Amounts in one currency; percentages of the revenue, None where there is no revenue."""

    planned: Money
    planned_percent: Decimal | None
    to_date: Money
    to_date_percent: Decimal | None


def margin(contract_value: Money, budget: Money, recognised: Money, cost: Money) -> MarginFigures:
    """Planned = contract value − budgeted cost; to date = recognised revenue − actual cost.

    All four are in the contract's currency, else `CurrencyMismatchError`.
    """
    planned, to_date = contract_value - budget, recognised - cost
    return MarginFigures(
        planned=planned.rounded(),
        planned_percent=_percent(planned, contract_value),
        to_date=to_date.rounded(),
        to_date_percent=_percent(to_date, recognised),
    )


def _percent(part: Money, whole: Money) -> Decimal | None:
    if not whole.amount:
        return None
    return (part.amount * 100 / whole.amount).quantize(_CENTI, rounding=ROUND_HALF_EVEN)
