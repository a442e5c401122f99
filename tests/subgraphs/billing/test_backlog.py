"""What is contracted and not yet earned."""

from __future__ import annotations

import pytest

from subgraphs.billing.backlog import backlog
from subgraphs.systems_of_record.records.common import CurrencyMismatchError, Money


def test_backlog_is_contracted_less_recognised() -> None:
    assert backlog(Money.of("1000.10", "EUR"), Money.of("0.10", "EUR")) == Money.of("1000", "EUR")
    assert backlog(Money.of("10", "JPY"), Money.of("25", "JPY")) == Money.of("-15", "JPY")
    with pytest.raises(CurrencyMismatchError):
        backlog(Money.of(1, "EUR"), Money.of(1, "USD"))
