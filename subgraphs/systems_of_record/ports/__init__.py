"""What the domains need from a CRM, a CLM, an ERP and a PSA.

Reads. Every method takes many keys and asks the system a bounded number of times, whatever the
number of keys: `customers(ids)` returns a mapping with the ids that exist; `x_by_contract(ids)`
returns a mapping with a tuple for every id asked (empty when there is none). Lists are filtered
and ordered by the system and paged by keyset cursors (see `Page`). Reads raise `Retryable`,
`Throttled` or `Refused`.

Writes. Each carries an idempotency `key` (printable ASCII, at most 200 characters), unique to
the intended effect: the same key again, also after a crash, has the same effect and answers
with the same object. `put_*` writes by external key (see the draft):

- `expected_version=None`: create; if the object exists already with the same content, or was
  cancelled, it is matched (and revived); with other content: `Conflict`.
- `expected_version=token`: change exactly that version (`record.source.version`), else
  `Conflict` with the current token. A write that would change nothing changes no version.

`cancel_*` undoes a creation and is idempotent: cancelling what is cancelled, or was never
created, answers with what there is (None: nothing). Writes raise any `SystemOfRecordError`;
after `OutcomeUnknown` the connector has already looked the effect up by its external key, so
what remains unknown is for a later attempt with the same key.
"""

from __future__ import annotations

from dataclasses import dataclass

from subgraphs.systems_of_record.ports.clm import Clm
from subgraphs.systems_of_record.ports.crm import Crm
from subgraphs.systems_of_record.ports.erp import Erp
from subgraphs.systems_of_record.ports.feed import ChangeFeed
from subgraphs.systems_of_record.ports.psa import Psa

__all__ = ["ChangeFeed", "Clm", "Crm", "Erp", "Psa", "Systems"]


@dataclass(frozen=True, slots=True)
class Systems:
    """The four systems of record as one value, to be passed to whoever composes a subgraph."""

    crm: Crm
    clm: Clm
    erp: Erp
    psa: Psa
