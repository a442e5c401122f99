// The plan explorer: a pane with the plan, what each fetch took, and a way to plan without running.
import { useGraphiQL } from '@graphiql/react';
import { plan } from './fetcher.js';
import { change, useShared } from './state.js';

const Icon = () => (
  <svg viewBox="0 0 24 24" fill="none" stroke="currentColor" strokeWidth="1.5" aria-hidden="true">
    <path d="M5 4h6v5H5zM13 15h6v5h-6zM8 9v8.5h5" />
  </svg>
);

function parse(text) {
  return text?.trim() ? JSON.parse(text) : undefined;
}

function Timings({ entries }) {
  if (!entries?.length) return null;
  return (
    <table className="plan-timings">
      <thead>
        <tr>
          <th>fetch</th>
          <th>subgraph</th>
          <th>at</th>
          <th>ms</th>
          <th>status</th>
          <th>bytes</th>
        </tr>
      </thead>
      <tbody>
        {entries.map((each, index) => (
          <tr key={index}>
            <td>{each.id}</td>
            <td>{each.subgraph}</td>
            <td>{each.startedMs}</td>
            <td>{each.tookMs}</td>
            <td>{each.code ?? each.status}</td>
            <td>{each.responseBytes}</td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}

export function createPlanPlugin(endpoint) {
  function Content() {
    const shared = useShared();
    const editors = useGraphiQL(state => ({
      query: state.queryEditor,
      variables: state.variableEditor,
      headers: state.headerEditor,
      operationName: state.operationName,
    }));
    const dryRun = async () => {
      try {
        const parameters = {
          query: editors.query?.getValue() ?? '',
          variables: parse(editors.variables?.getValue()),
          operationName: editors.operationName,
        };
        await plan(endpoint, parameters, parse(editors.headers?.getValue()));
      } catch (error) {
        change({ error: String(error.message ?? error) });
      }
    };
    return (
      <section className="plan">
        <h2 className="graphiql-doc-explorer-title">Query plan</h2>
        <p>
          <button type="button" className="graphiql-button" onClick={dryRun}>
            Plan without running
          </button>
        </p>
        <label>
          <input
            type="checkbox"
            checked={shared.explain}
            onChange={event => change({ explain: event.target.checked })}
          />{' '}
          Explain every run
        </label>
        {shared.error && <p role="alert">{shared.error}</p>}
        {shared.plan && (
          <>
            <pre data-testid="plan">{shared.plan.text}</pre>
            <Timings entries={shared.plan.timings} />
          </>
        )}
      </section>
    );
  }
  return { title: 'Query plan', icon: Icon, content: Content };
}
