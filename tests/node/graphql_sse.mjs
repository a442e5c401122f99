// The graphql-sse client in its distinct connections mode.
import { createClient } from 'graphql-sse';

const [url] = process.argv.slice(2);
const client = createClient({ url });

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
client.dispose();
