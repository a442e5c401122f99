"""The engagement subgraph: the unified view, and the governed processes that change it.

A mutation goes: `mutations` → `commands` (facts, policy, idempotency) → `durable` (the engine)
→ `workflows` (ordered steps only) → `steps` (what is written where, undone how, under which key)
→ the ports of the systems of record. `runs` remembers, `auth.audit` proves.
"""
