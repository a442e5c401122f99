"""What is contracted and not yet earned."""

from __future__ import annotations

from subgraphs.systems_of_record.records.common import Money


def backlog(contracted: Money, recognised: Money) -> Money:
    """Backlog = contracted − recognised; both in the contract's currency.

    Negative where more was recognised than the contract is worth: a fact that finance must see.
    """
    return (contracted - recognised).rounded()
