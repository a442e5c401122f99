"""The cyclic garbage collector, told what stays.

A deployment is several hundred thousand objects (schema, tables, plans) that live as long as it
serves, while the trees of requests hold no cycles and go by reference count. With the default
thresholds the collector would walk the former again and again on account of the latter.
"""

from __future__ import annotations

import gc

_YOUNG, _MIDDLE, _OLD = 50_000, 5, 4
"""Net allocations before a young collection, and how many of those before the older ones.

Plans hold cycles (generated functions and their globals), so those that caches have dropped are
freed by old collections only; these are cheap once the deployment itself is left out of them.
"""


def settle() -> None:
    """Collect what is garbage now and take everything that is left out of later collections.

    To be called when a deployment starts to serve and when one has retired: what was taken out
    before is looked at again, so replaced deployments are freed.
    """
    gc.unfreeze()
    gc.collect()
    gc.freeze()
    gc.set_threshold(_YOUNG, _MIDDLE, _OLD)
