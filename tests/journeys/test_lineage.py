"""A source for every value: an engagement's lineage over all four systems of record."""

from __future__ import annotations

from typing import Any

import httpx

from tests.kit.demo import Demo

QUERY = """{
  engagement(id: "CTR-000054") {
    agreement: contract { title client: customer { name } }
    project { name plan { progress } }
    billing { rule { id } }
    staffing { assignments { role person: resource { name } } }
  }
}"""


def test_every_object_has_its_system_id_and_version(demo: Demo) -> None:
    headers = demo.headers("delivery-lead") | {"x-c2c-lineage": "1"}
    answer = httpx.post(demo.url, json={"query": QUERY}, headers=headers, timeout=60).json()
    assert "errors" not in answer
    lineage = answer["extensions"]["lineage"]
    by_path = {tuple(entry["path"]): entry for entry in lineage}
    expected = {
        ("engagement", "agreement"): "CLM",
        ("engagement", "agreement", "client"): "CRM",
        ("engagement", "project"): "ERP",
        ("engagement", "project", "plan"): "PSA",
        ("engagement", "billing", "rule"): "ERP",
        ("engagement", "staffing", "assignments", 0): "PSA",
        ("engagement", "staffing", "assignments", 0, "person"): "PSA",
    }
    assert {path: by_path[path]["system"] for path in expected} == expected
    assert by_path[("engagement", "agreement")]["externalId"] == "CTR-000054"
    for entry in lineage:
        assert entry["version"] and entry["fetchedAt"] and entry["state"] == "live"
        found: Any = answer["data"]
        for step in entry["path"]:
            found = found[step]
        assert isinstance(found, dict)
