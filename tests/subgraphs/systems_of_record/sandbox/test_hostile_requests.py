"""No request, however strange, makes a sandbox system fail or change what it should not."""

from __future__ import annotations

import asyncio
import json
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from subgraphs.systems_of_record.records.common import System
from subgraphs.systems_of_record.sandbox.host import Sandbox, open_sandbox
from subgraphs.systems_of_record.settings import read_systems_file

texts = st.text(st.characters(codec="utf-8", exclude_categories=("Cs", "Cc")), max_size=20)
ids = st.one_of(
    texts,
    st.sampled_from(["CTR-000011", "AMD-000001", "PRJ-000053", "DLV-000053", "CUS-000001"]),
)
values = st.recursive(
    st.one_of(st.none(), st.booleans(), st.integers(-(2**40), 2**40), texts),
    lambda inner: st.one_of(st.lists(inner, max_size=3), st.dictionaries(texts, inner, max_size=3)),
    max_leaves=6,
)
fields = st.sampled_from(
    [
        "State", "Lines", "Amount", "ContractValue", "ContractId", "CustomerAccountId", "Limit",
        "VendorId", "ReleasedOn", "IssuedOn", "InvoiceId", "Credit", "Currency", "TaxRate",
        "state", "ids", "hours", "workstreams", "contract_id", "delivery_project_id",
        "resource_id", "task_id", "bill_rate", "runId", "contractVersion", "baseVersion",
        "projectId", "totalValue", "billingTerms", "CreditStatus__c", "Type", "fields",
        "LegalEntity", "Obligations", "ContractIds", "invoice_id", "approved_by",
    ]
)  # fmt: skip
bodies = st.one_of(values, st.dictionaries(fields, values, max_size=6))

PATHS: dict[System, list[tuple[str, str]]] = {
    System.CRM: [
        ("GET", "/services/data/v62.0/query/{}"),
        ("GET", "/services/data/v62.0/sobjects/Account/{}"),
        ("PATCH", "/services/data/v62.0/sobjects/Account/{}"),
        ("PATCH", "/services/data/v62.0/sobjects/Account/AccountNumber/{}"),
        ("PATCH", "/services/data/v62.0/sobjects/{}/x"),
        ("POST", "/services/data/v62.0/composite/sobjects/Account"),
        ("GET", "/services/data/v62.0/{}"),
    ],
    System.CLM: [
        ("GET", "/public/api/v1/records/{}"),
        ("POST", "/public/api/v1/records/{}/actions/provision"),
        ("POST", "/public/api/v1/records/{}/actions/unprovision"),
        ("POST", "/public/api/v1/records/{}/actions/execute"),
        ("POST", "/public/api/v1/records/{}/actions/revert"),
        ("POST", "/public/api/v1/records/{}/actions/review"),
        ("POST", "/public/api/v1/records/{}/actions/renew"),
        ("GET", "/public/api/v1/idempotency/{}"),
    ],
    System.ERP: [
        ("GET", "/data/{}"),
        ("GET", "/data/Projects({})"),
        ("GET", "/data/Projects('{}')"),
        *(
            ("PATCH", f"/data/{name}({key}='{{}}')")
            for name, key in (
                ("Projects", "ContractId"),
                ("BillingRules", "ContractId"),
                ("BillingSchedules", "ContractId"),
                ("BillingMilestones", "MilestoneId"),
                ("RevenueSchedules", "ContractId"),
                ("PurchaseOrders", "RuleId"),
                ("PublishedRateCards", "RateCardId"),
                ("Invoices", "ContractId"),
            )
        ),
        ("PATCH", "/data/BillingSchedules('BSC-000053')"),
        ("PATCH", "/data/RevenueSchedules('RVS-000053')"),
        ("PATCH", "/data/PurchaseOrders('POR-000001')"),
        ("POST", "/data/Invoices"),
        ("POST", "/data/Disputes"),
        ("POST", "/data/Invoices('INV-000001')/Issue"),
        ("POST", "/data/Disputes('DSP-000005')/Resolve"),
        ("POST", "/data/BillingMilestones('BML-0000981')/Release"),
        ("POST", "/data/BillingTotals"),
        ("GET", "/data/RepeatableRequests({})"),
    ],
    System.PSA: [
        ("GET", "/api/v1/{}.json"),
        ("GET", "/api/v1/projects/{}.json"),
        ("POST", "/api/v1/projects.json"),
        ("POST", "/api/v1/capacity_plans.json"),
        ("POST", "/api/v1/time_entries.json"),
        ("POST", "/api/v1/assignments.json"),
        ("POST", "/api/v1/expenses.json"),
        ("POST", "/api/v1/resources.json"),
        ("PUT", "/api/v1/projects/DLV-000053.json"),
        ("PUT", "/api/v1/time_entries/{}.json"),
        ("POST", "/api/v1/projects/{}/cancel.json"),
        ("POST", "/api/v1/time_entries/approve.json"),
        ("POST", "/api/v1/time_entries/mark_invoiced.json"),
        ("POST", "/api/v1/time_entries/unmark_invoiced.json"),
        ("GET", "/api/v1/idempotency_keys/{}.json"),
    ],
}
LISTS = {
    System.CRM: ("/services/data/v62.0/query", ["q"]),
    System.CLM: (
        "/public/api/v1/records",
        ["types", "filter", "sortField", "sortDirection", "page", "pageSize"],
    ),
    System.ERP: (
        "/data/Invoices",
        ["$filter", "$orderby", "$top", "$skiptoken", "$count"],
    ),
    System.PSA: (
        "/api/v1/time_entries.json",
        ["page", "per_page", "order", "starting_after", "hours_gte", "hours[]", "x", "note_like"],
    ),
}
TOKENS = {
    System.CRM: "/services/oauth2/token",
    System.CLM: "/oauth/token",
    System.ERP: "/oauth2/v2.0/token",
    System.PSA: "/oauth/token",
}


class Prober:
    """Sends requests straight into the applications, with a good token."""

    def __init__(self, sandbox: Sandbox) -> None:
        self.sandbox = sandbox
        endpoints = read_systems_file(sandbox.systems_file).endpoints
        self.headers: dict[System, dict[str, str]] = {system: {} for system in System}
        for system, endpoint in endpoints.items():
            form = {
                "grant_type": "client_credentials",
                "client_id": endpoint.client_id,
                "client_secret": endpoint.client_secret,
            }
            token = self.send(system, "POST", TOKENS[system], data=form).json()["access_token"]
            self.headers[system] = {"authorization": f"Bearer {token}"}

    def send(self, system: System, method: str, path: str, **more: Any) -> httpx.Response:
        headers = {**self.headers[system], **more.pop("headers", {})}

        async def go() -> httpx.Response:
            transport = httpx.ASGITransport(self.sandbox.shells[system])
            async with httpx.AsyncClient(transport=transport, base_url="http://x.test") as client:
                return await client.request(method, path, headers=headers, **more)

        return asyncio.run(go())


@pytest.fixture(scope="module")
def prober(seeded_folder: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Prober]:
    folder = shutil.copytree(seeded_folder, tmp_path_factory.mktemp("hostile") / "systems")
    sandbox = open_sandbox(folder)
    yield Prober(sandbox)
    sandbox.close()


@pytest.mark.parametrize("system", System)
@settings(max_examples=100, suppress_health_check=[HealthCheck.too_slow], deadline=None)
@given(data=st.data())
def test_any_request_is_answered_or_refused(
    prober: Prober, system: System, data: st.DataObject
) -> None:
    method, template = data.draw(st.sampled_from(PATHS[system]))
    path = template.format(data.draw(ids).replace("?", "").replace("#", ""))
    body = data.draw(st.one_of(bodies.map(json.dumps), texts)) if method != "GET" else None
    headers = data.draw(
        st.sampled_from(
            [{}, {"if-match": "nonsense"}, {"if-match": '"1"'}, {"if-none-match": "*"},
             {"if-match": 'W/"1"'}, {"if-match": '"99999999999999999999999"'}]
        )
    )  # fmt: skip
    content = None if body is None else body.encode()
    response = prober.send(system, method, path, content=content, headers=headers)
    assert response.status_code < 500, (method, path, body, response.text)


@pytest.mark.parametrize("system", System)
@settings(max_examples=100, suppress_health_check=[HealthCheck.too_slow], deadline=None)
@given(data=st.data())
def test_any_query_is_answered_or_refused(
    prober: Prober, system: System, data: st.DataObject
) -> None:
    path, names = LISTS[system]
    known = st.sampled_from(
        ["0", "1", "-1", "99999999999999999999", "contract", "State eq 'PAID'", "Id desc",
         "SELECT Id FROM Account", "SELECT Nope FROM Account ORDER BY Nope", "hours:asc",
         "Equals([state], 'APPROVED')", "Equals([totalValue.amount], 'x')", "['1', 'x']",
         '["1", "TIM-000001"]', "LegalEntity/Nope eq 1", "Total/Amount gt 1", "NaN", "1e999"]
    )  # fmt: skip
    params = data.draw(
        st.lists(st.tuples(st.sampled_from(names), st.one_of(known, texts)), max_size=4)
    )
    response = prober.send(system, "GET", path, params=params)
    assert response.status_code < 500, (params, response.text)


def test_a_write_that_is_refused_halfway_leaves_nothing(prober: Prober) -> None:
    before = prober.sandbox.stores[System.PSA].query("time_entries", count=True, limit=0).total
    project = prober.send(System.PSA, "GET", "/api/v1/projects/DLV-000053.json").json()
    body = {
        "resource_id": "RES-000001",
        "contract_id": "CTR-000053",
        "delivery_project_id": "DLV-000053",
        "task_id": "TSK-999999",
        "role": "Consultant",
        "worked_on": "2026-01-01",
        "hours": "8",
        "billable": True,
        "bill_rate": {"amount": "1", "currency": "EUR"},
        "note": "",
    }
    refused = prober.send(System.PSA, "POST", "/api/v1/time_entries.json", json=body)
    assert refused.status_code == 422
    after = prober.sandbox.stores[System.PSA].query("time_entries", count=True, limit=0).total
    assert after == before
    assert prober.send(System.PSA, "GET", "/api/v1/projects/DLV-000053.json").json() == project


def test_the_crm_speaks_as_its_model_does(prober: Prober) -> None:
    base = "/services/data/v62.0"
    query = {"q": "SELECT Id, Name FROM Account ORDER BY Id LIMIT 2"}
    answer = prober.send(System.CRM, "GET", f"{base}/query", params=query)
    assert "api-usage=" in answer.headers["sforce-limit-info"]
    body = answer.json()
    assert (body["totalSize"], body["done"]) == (2, True)
    assert body["records"][0] == {
        "attributes": {"type": "Account", "url": f"{base}/sobjects/Account/CUS-000001"},
        "Id": "CUS-000001",
        "Name": body["records"][0]["Name"],
    }
    several = prober.send(
        System.CRM,
        "POST",
        f"{base}/composite/sobjects/Account",
        json={"ids": ["CUS-000002", "none", "CUS-000001"], "fields": ["Id"]},
    ).json()
    assert [row and row["Id"] for row in several] == ["CUS-000002", None, "CUS-000001"]
    path = f"{base}/sobjects/Account/AccountNumber/A-10001"
    done = prober.send(System.CRM, "PATCH", path, json={"Industry": "Banking"})
    assert done.status_code == 204
    row = prober.send(System.CRM, "GET", f"{base}/sobjects/Account/CUS-000001")
    assert row.json()["Industry"] == "Banking"
    assert row.headers["etag"] == f'"{row.json()["RowVersion__c"]}"'
    stale = prober.send(
        System.CRM, "PATCH", path, json={"Industry": "X"}, headers={"if-match": '"1"'}
    )
    assert stale.status_code == 412
    bad = prober.send(System.CRM, "GET", f"{base}/query", params={"q": "DROP"})
    assert (bad.status_code, bad.json()[0]["errorCode"]) == (400, "MALFORMED_QUERY")


def test_the_erp_speaks_as_its_model_does(prober: Prober) -> None:
    query = {"$filter": "Region eq 'EMEA'", "$orderby": "Budget/Amount desc", "$count": "true"}
    body = prober.send(System.ERP, "GET", "/data/Projects", params=query).json()
    assert body["@odata.count"] == len(body["value"])
    assert body["@odata.context"].endswith("$metadata#Projects")
    first = body["value"][0]
    assert first["@odata.etag"] == 'W/"1"'
    one = prober.send(System.ERP, "GET", f"/data/Projects('{first['Id']}')")
    assert one.headers["etag"] == 'W/"1"'
    entries = prober.send(System.ERP, "GET", "/data/ExchangeRates", params={"$top": "600"}).json()
    assert len(entries["value"]) == 600
    assert "@odata.nextLink" not in entries


def test_the_psa_speaks_as_its_model_does(prober: Prober) -> None:
    query = {"per_page": "3", "page": "2", "order": "id:desc", "state[]": "APPROVED"}
    body = prober.send(System.PSA, "GET", "/api/v1/time_entries.json", params=query).json()
    assert body["meta"]["page_number"] == 2
    assert body["meta"]["page_count"] == -(-body["count"] // 3)
    found = [result["id"] for result in body["results"]]
    assert found == sorted(found, reverse=True)
    assert set(body["time_entries"]) == set(found)
