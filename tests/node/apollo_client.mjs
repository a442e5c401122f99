// Apollo Client against the gateway: a query, a mutation, and @defer in both formats.
import { ApolloClient, gql, HttpLink, InMemoryCache } from '@apollo/client';
import { Defer20220824Handler, GraphQL17Alpha9Handler } from '@apollo/client/incremental';

const [uri] = process.argv.slice(2);

function client(incrementalHandler) {
  return new ApolloClient({
    link: new HttpLink({ uri }),
    cache: new InMemoryCache(),
    incrementalHandler,
  });
}

const DEFERRED = gql`
  {
    me {
      id
      ... @defer(label: "later") {
        reviews {
          body
        }
      }
    }
  }
`;

function deferred(handler) {
  return new Promise((resolve, reject) => {
    const states = [];
    const subscription = client(handler)
      .watchQuery({ query: DEFERRED })
      .subscribe({
        next: ({ data, dataState, error }) => {
          if (error) reject(error);
          states.push(dataState);
          if (dataState === 'complete') {
            subscription.unsubscribe();
            resolve({ states, data });
          }
        },
        error: reject,
      });
  });
}

function subscribed() {
  return new Promise((resolve, reject) => {
    const counts = [];
    client(new Defer20220824Handler())
      .subscribe({ query: gql`subscription { count(to: 3) }` })
      .subscribe({
        next: ({ data, error }) => (error ? reject(error) : counts.push(data.count)),
        error: reject,
        complete: () => resolve(counts),
      });
  });
}

const plain = client(new Defer20220824Handler());
const query = await plain.query({
  query: gql`
    query User($id: ID!) {
      user(id: $id) {
        name
      }
    }
  `,
  variables: { id: '2' },
});
const mutation = await plain.mutate({
  mutation: gql`
    mutation {
      rename(id: "1", name: "Lady") {
        id
        name
      }
    }
  `,
});
const broken = await plain
  .query({ query: gql`{ nothing }` })
  .then(() => null, error => String(error.message));
console.log(
  JSON.stringify({
    query: query.data,
    mutation: mutation.data,
    broken,
    apollo: await deferred(new Defer20220824Handler()),
    subscription: await subscribed(),
    draft: await deferred(new GraphQL17Alpha9Handler()),
  }),
);
process.exit(0);
