// Queries, mutations and incremental delivery over fetch; subscriptions over server-sent events.
import { createGraphiQLFetcher } from '@graphiql/toolkit';
import { getOperationAST } from 'graphql';
import { createClient } from 'graphql-sse';
import { change, read } from './state.js';

const EXPLAIN = 'graphql-explain';

export function createFetcher(endpoint) {
  const overHttp = createGraphiQLFetcher({ url: endpoint });
  return async (parameters, options) => {
    const document = options?.documentAST;
    const operation = document && getOperationAST(document, parameters.operationName);
    if (operation?.operation === 'subscription') {
      return createClient({ url: endpoint, headers: options?.headers ?? {} }).iterate(parameters);
    }
    const introspects = parameters.operationName === 'IntrospectionQuery';
    const headers = { ...options?.headers };
    if (read().explain && !introspects) headers[EXPLAIN] = 'plan';
    const result = await overHttp(parameters, { ...options, headers });
    if (!introspects) keepPlan(result);
    return result;
  };
}

/** Plan an operation without running it; the plan becomes the shared one. */
export async function plan(endpoint, parameters, headers) {
  const response = await fetch(endpoint, {
    method: 'POST',
    headers: { ...headers, 'content-type': 'application/json', [EXPLAIN]: 'dry-run' },
    body: JSON.stringify(parameters),
  });
  const result = await response.json();
  if (!keepPlan(result)) {
    change({ error: result.errors?.map(each => each.message).join('\n') ?? 'No plan came.' });
  }
}

function keepPlan(result) {
  const found = result?.extensions?.queryPlan;
  if (found) change({ plan: found, error: null });
  return Boolean(found);
}
