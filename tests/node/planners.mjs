// Counts the requests to subgraphs in other planners' plans, run as black boxes.
// Reads a JSON file [{supergraph, operations: [text, ...], labels: {label: on}}, ...], in which the
// labels of overrides may be left out, and writes, for each operation and planner, its plan as
// {requests: [[subgraph, document], ...], stages}, or null where it made none. Stages are the
// requests that have to wait for each other.
// The native planner may end its whole process on an operation, so it has one process for each
// supergraph.
import { spawnSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { parse } from 'graphql';

const REQUESTS = new Set(['Fetch', 'BatchFetch']);

function requests(node) {
  if (node === null || typeof node !== 'object') return [];
  const below = Object.values(node).flatMap(requests);
  if (REQUESTS.has(node.kind)) return [[node.serviceName, node.operation ?? ''], ...below];
  // The native planner has no node of the usual kind for what it subscribes to.
  if (node.kind === 'Subscription' && !REQUESTS.has(node.primary?.kind)) return [['', ''], ...below];
  return below;
}

function stages(node) {
  if (node === null || typeof node !== 'object') return 0;
  if (Array.isArray(node)) return Math.max(0, ...node.map(stages));
  if (node.kind === 'Sequence') return node.nodes.reduce((sum, each) => sum + stages(each), 0);
  if (node.kind === 'Subscription') return Math.max(1, stages(node.primary)) + stages(node.rest);
  if (REQUESTS.has(node.kind)) return 1;
  return Math.max(0, ...Object.values(node).map(stages));
}

function planned(operations, plan) {
  return operations.map((text) => {
    try {
      const made = JSON.parse(JSON.stringify(plan(text)));
      return { requests: requests(made), stages: stages(made) };
    } catch {
      return null;
    }
  });
}

const planners = {
  async apollo({ supergraph, operations, labels }) {
    const { ROUTER_SUPPORTED_SUPERGRAPH_FEATURES, Supergraph, operationFromDocument } =
      await import('@apollo/federation-internals');
    const { QueryPlanner } = await import('@apollo/query-planner');
    const supportedFeatures = ROUTER_SUPPORTED_SUPERGRAPH_FEATURES;
    const model = Supergraph.build(supergraph, { supportedFeatures });
    const schema = model.apiSchema();
    const planner = new QueryPlanner(model);
    const options = { overrideConditions: new Map(Object.entries(labels ?? {})) };
    const plan = (text) =>
      planner.buildQueryPlan(operationFromDocument(schema, parse(text)), options);
    return planned(operations, plan);
  },

  async hive({ supergraph, operations }) {
    const { QueryPlanner } = await import('@graphql-hive/router-query-planner');
    const planner = new QueryPlanner(supergraph);
    return planned(operations, (text) => planner.plan(text, null, new Set(), 0));
  },
};

function apart(name, task) {
  const child = spawnSync(process.execPath, [fileURLToPath(import.meta.url), name], {
    input: JSON.stringify(task),
    encoding: 'utf8',
    maxBuffer: 1 << 26,
  });
  if (child.status === 0) return JSON.parse(child.stdout);
  // One operation was too much for it: find out which, one process for each.
  if (task.operations.length === 1) return [null];
  return task.operations.flatMap((text) => apart(name, { ...task, operations: [text] }));
}

const [first, output] = process.argv.slice(2);
if (planners[first]) {
  const task = JSON.parse(readFileSync(0, 'utf8'));
  process.stdout.write(JSON.stringify(await planners[first](task)));
} else {
  const results = [];
  for (const task of JSON.parse(readFileSync(first, 'utf8'))) {
    const apollo = await planners.apollo(task);
    const hive = apart('hive', task);
    results.push(task.operations.map((_, index) => ({ apollo: apollo[index], hive: hive[index] })));
  }
  writeFileSync(output, JSON.stringify(results));
  console.log(JSON.stringify({ supergraphs: results.length }));
}
