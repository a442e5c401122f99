// Hive Gateway; HIVE_PLANNER=native takes the planner in Rust, anything else its own in JavaScript.
import { defineConfig } from '@graphql-hive/gateway';
import { unifiedGraphHandler } from '@graphql-hive/router-runtime';

export const gatewayConfig = defineConfig({
  supergraph: process.env.SUPERGRAPH,
  host: '127.0.0.1',
  port: Number(process.env.PORT),
  fork: 1,
  pollingInterval: 0,
  graphiql: false,
  landingPage: false,
  maskedErrors: false,
  logging: 'error',
  propagateHeaders: {
    fromClientToSubgraphs: ({ request }) => ({
      authorization: request.headers.get('authorization'),
    }),
  },
  ...(process.env.HIVE_PLANNER === 'native' ? { unifiedGraphHandler } : {}),
});
