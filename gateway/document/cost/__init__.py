"""Demand control: what an operation costs, judged before it is executed (`@cost`, `@listSize`)."""

from gateway.document.cost.control import FREE, Cost, DemandControl
from gateway.document.cost.weights import ListSize, Weights, read_weights

__all__ = ["FREE", "Cost", "DemandControl", "ListSize", "Weights", "read_weights"]
