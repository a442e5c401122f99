"""What of the PSA a caller may see."""

from __future__ import annotations

from subgraphs.serving.confidential import require_cost_visibility
from subgraphs.serving.context import RequestContext
from subgraphs.systems_of_record.records import psa


async def delivery_project(context: RequestContext, contract_id: str) -> psa.DeliveryProject | None:
    """The PSA's project of a contract, if the caller may see it: the gate to its staffing."""
    return await context.record(
        context.systems.psa.delivery_projects_by_contract,
        contract_id,
        visible=context.scope.covers,
    )


async def visible_resource(context: RequestContext, resource_id: str) -> psa.Resource | None:
    """A person, if the caller may see them: of their own scope, or the caller themselves."""
    return await context.record(
        context.systems.psa.resources,
        resource_id,
        visible=lambda each: may_see_resource(context, each),
    )


def may_see_resource(context: RequestContext, resource: psa.Resource) -> bool:
    """Whether a person is of the caller's scope, or is the caller."""
    return context.scope.covers(resource) or is_caller(context, resource)


def is_caller(context: RequestContext, resource: psa.Resource) -> bool:
    """Whether a person of the PSA is who asks."""
    return context.caller.authenticated and resource.subject == context.caller.subject


async def may_see_work(context: RequestContext, contract_id: str, resource_id: str) -> bool:
    """Whether work is visible: under a visible engagement, or the caller's own."""
    if await delivery_project(context, contract_id) is not None:
        return True
    resource = await context.loaders.one(context.systems.psa.resources, resource_id)
    return resource is not None and is_caller(context, resource)


async def require_cost(context: RequestContext, contract_id: str) -> None:
    """Raise `ForbiddenError` unless the caller may read the costs of this engagement."""
    plan = await delivery_project(context, contract_id)

    async def lead() -> str | None:
        return plan.lead if plan else None

    await require_cost_visibility(context, plan, lead)
