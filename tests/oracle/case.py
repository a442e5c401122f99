"""A case as data: rebuilt without the generator, so that kept failures outlive its changes."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from tests.oracle.model import FieldSpec, ObjectSpec, TypeRef, World
from tests.oracle.operations import Operation
from tests.oracle.parts import Part, Partition, SubgraphPlan


@dataclass(frozen=True, slots=True)
class Case:
    """A divided world and an operation on it."""

    partition: Partition
    operation: Operation

    def save(self, path: Path, why: str) -> None:
        """Write the case, with what went wrong, as JSON."""
        content = {
            "why": why,
            "operation": self.operation.text,
            "variables": self.operation.variables,
            "partition": asdict(self.partition),
        }
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(json.dumps(content, indent=1, default=sorted) + "\n")


def load(path: Path) -> Case:
    """Read a case that `Case.save` wrote."""
    raw = json.loads(path.read_text())
    operation = Operation(raw["operation"], raw["variables"])
    return Case(_partition(raw["partition"]), operation)


def _partition(raw: dict[str, Any]) -> Partition:
    return Partition(
        _world(raw["world"]),
        {name: _subgraph(item) for name, item in raw["subgraphs"].items()},
        {(type_name, field) for type_name, field in raw["hidden"]},
        raw.get("labels", []),
        raw.get("on", {}),
        set(raw.get("hidden_types", ())),
        set(raw.get("namespaced", ())),
    )


def _world(raw: dict[str, Any]) -> World:
    def tuples(values: dict[str, list[str]]) -> dict[str, tuple[str, ...]]:
        return {name: tuple(items) for name, items in values.items()}

    objects = {
        name: ObjectSpec(
            item["name"],
            {key: _field(value) for key, value in item["fields"].items()},
            tuple(item["keys"]),
            item["interface"],
        )
        for name, item in raw["objects"].items()
    }
    return World(
        raw["seed"],
        objects,
        tuples(raw["interfaces"]),
        tuples(raw["interface_fields"]),
        tuples(raw["unions"]),
        tuples(raw["enums"]),
    )


def _field(raw: dict[str, Any]) -> FieldSpec:
    values = raw | {"type": TypeRef(**raw["type"]), "requires": tuple(raw["requires"])}
    values["members"] = tuple(raw.get("members", ()))
    return FieldSpec(**values)


def _subgraph(raw: dict[str, Any]) -> SubgraphPlan:
    parts = {
        name: Part(
            item["own"],
            set(item["external"]),
            set(item["overridden"]),
            item.get("labels", {}),
            item["keys"],
            item["resolvable"],
            {key: tuple(value) for key, value in item["provides"].items()},
            set(item.get("unresolvable", ())),
        )
        for name, item in raw["parts"].items()
    }
    return SubgraphPlan(
        raw["name"],
        parts,
        set(raw["abstract"]),
        {name: set(members) for name, members in raw.get("members", {}).items()},
        set(raw["interface_keys"]),
        raw["interface_object"],
        {name: _field(item) for name, item in raw["extensions"].items()},
        set(raw.get("external", ())),
        {name: (query[0], query[1], query[2]) for name, query in raw["queries"].items()},
        raw["mutations"],
        raw.get("subscriptions", {}),
        set(raw.get("payloads", ())),
        set(raw.get("contexts", ())),
    )
