"""Amounts in slots (a due day, an accounting month, a milestone), moved by an amendment."""

from __future__ import annotations

from collections.abc import Hashable, Mapping
from dataclasses import dataclass
from typing import TypeVar

from subgraphs.systems_of_record.records.common import Money

K = TypeVar("K", bound=Hashable)


class OverspentError(ValueError):
    """More is settled already (billed, recognised) than the amended total leaves room for."""


@dataclass(frozen=True, slots=True)
class Allotment:
    """An amount in a slot. A settled one is history: billed, or recognised as revenue."""

    amount: Money
    settled: bool = False
    fixed: bool = False


def moved(
    held: Mapping[K, Allotment],
    before: Mapping[K, Money],
    after: Mapping[K, Money],
) -> dict[K, Allotment]:
    """What is held, each open slot changed as the contract changed it between two versions.

    Slots that the contract dropped go, new ones come, others move by the difference. Settled
    slots stay exactly as they are; slots that others have removed stay away.
    """
    result: dict[K, Allotment] = {}
    for slot, allotment in held.items():
        if allotment.settled or slot not in before:
            result[slot] = allotment
        elif slot in after:
            change = after[slot] - before[slot]
            amount = allotment.amount + change
            floor = Money.zero(amount.currency)
            result[slot] = Allotment(max(amount, floor), False, allotment.fixed)
    for slot, wanted in after.items():
        if slot not in before and slot not in result:
            result[slot] = Allotment(wanted)
    return result


def fitted(slots: Mapping[K, Allotment], total: Money) -> dict[K, Allotment]:
    """The same slots, summing to `total`: what is missing or too much is met by the last open ones.

    Slots are taken in the mapping's order. Raises `OverspentError` if the open slots cannot take
    the difference: more is settled than the total, or none is open.
    """
    result = dict(slots)
    missing = total - Money.total((slot.amount for slot in result.values()), total.currency)
    zero = Money.zero(total.currency)
    for slot in reversed(list(result)):
        if missing == zero:
            return result
        held = result[slot]
        if held.settled or held.fixed:
            continue
        amount = max(held.amount + missing, zero)
        missing -= amount - held.amount
        result[slot] = Allotment(amount, False, False)
    if missing != zero:
        raise OverspentError(f"{missing.amount} {missing.currency} cannot be placed")
    return result
