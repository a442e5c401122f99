// The graphql-ws client: a query and a subscription over one WebSocket.
import { createClient } from 'graphql-ws';
import WebSocket from 'ws';

const [url] = process.argv.slice(2);
const client = createClient({ url: url.replace('http:', 'ws:'), webSocketImpl: WebSocket });

async function results(query) {
  const found = [];
  for await (const result of client.iterate({ query })) found.push(result);
  return found;
}

console.log(
  JSON.stringify({
    query: await results('{ me { name } }'),
    subscription: await results('subscription { count(to: 3) }'),
  }),
);
await client.dispose();
