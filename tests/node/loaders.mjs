// Loads supergraphs with other gateways' planners, run as black boxes.
// Reads a JSON file [{name: supergraph}, ...]; writes, for each supergraph and loader, {schema},
// the public schema that the loader derives where it offers one, or {refused}, its reason.
// Those of whole gateways are taken from benchmarks/peers, if its packages are installed.
// The native planner may end its whole process, so it has one process for each supergraph.
import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { fileURLToPath, pathToFileURL } from 'node:url';

const PEERS = fileURLToPath(new URL('../../benchmarks/peers/', import.meta.url));
const peer = createRequire(PEERS);
const fromPeers = (name) => import(pathToFileURL(peer.resolve(name)).href);

const loaders = {
  async '@apollo/query-planner'(supergraph) {
    const { ROUTER_SUPPORTED_SUPERGRAPH_FEATURES, Supergraph, printSchema } = await import(
      '@apollo/federation-internals'
    );
    const { QueryPlanner } = await import('@apollo/query-planner');
    const supportedFeatures = ROUTER_SUPPORTED_SUPERGRAPH_FEATURES;
    const model = Supergraph.build(supergraph, { supportedFeatures, validateSupergraph: true });
    new QueryPlanner(model);
    return printSchema(model.apiSchema());
  },

  async '@graphql-hive/router-query-planner'(supergraph) {
    const { QueryPlanner } = await import('@graphql-hive/router-query-planner');
    return new QueryPlanner(supergraph).consumerSchema ?? null;
  },

  async '@apollo/gateway'(supergraph) {
    const { ApolloGateway } = peer('@apollo/gateway');
    const quiet = { debug() {}, info() {}, warn() {}, error() {} };
    const gateway = new ApolloGateway({ supergraphSdl: supergraph, logger: quiet });
    const { schema } = await gateway.load();
    await gateway.stop();
    return peer('graphql').printSchema(schema);
  },

  async '@graphql-hive/gateway'(supergraph) {
    const { getStitchedSchemaFromSupergraphSdl } = await fromPeers('@graphql-tools/federation');
    const schema = getStitchedSchemaFromSupergraphSdl({
      supergraphSdl: supergraph,
      httpExecutorOpts: { fetch: () => Promise.reject(new Error('nothing is asked')) },
    });
    const { printSchema } = await fromPeers('graphql');
    return printSchema(schema);
  },
};

const installed = (name) =>
  name.endsWith('/gateway') ? existsSync(`${PEERS}node_modules/${name}`) : true;

async function run(name, supergraph) {
  try {
    return { schema: await loaders[name](supergraph) };
  } catch (error) {
    return { refused: String(error?.message ?? error).slice(0, 600) };
  }
}

function apart(name, supergraph) {
  const child = spawnSync(process.execPath, [fileURLToPath(import.meta.url), name], {
    input: supergraph,
    encoding: 'utf8',
    maxBuffer: 1 << 26,
  });
  if (child.status === 0) return JSON.parse(child.stdout);
  return { refused: `ended: ${child.signal ?? child.status} ${child.stderr.slice(0, 300)}` };
}

const [first, output] = process.argv.slice(2);
if (loaders[first]) {
  process.stdout.write(JSON.stringify(await run(first, readFileSync(0, 'utf8'))));
} else {
  const given = JSON.parse(readFileSync(first, 'utf8'));
  const results = [];
  for (const named of given) {
    const result = {};
    for (const name of Object.keys(loaders).filter(installed)) {
      result[name] = {};
      for (const [composer, supergraph] of Object.entries(named)) {
        const own = name === '@graphql-hive/router-query-planner' ? apart : run;
        result[name][composer] = await own(name, supergraph);
      }
    }
    results.push(result);
  }
  writeFileSync(output, JSON.stringify(results));
  console.log(JSON.stringify({ supergraphs: results.length }));
}
