import './workers.js';
import { HISTORY_PLUGIN } from '@graphiql/plugin-history';
import { GraphiQL } from 'graphiql';
import 'graphiql/style.css';
import { createRoot } from 'react-dom/client';
import { createFetcher } from './fetcher.js';
import './main.css';
import { createPlanPlugin } from './plan.jsx';
import { Presets } from './presets.jsx';

const place = document.getElementById('graphiql');
const { endpoint } = place.dataset;

async function configuration() {
  const response = await fetch(place.dataset.configuration);
  return response.ok ? response.json() : { presets: {}, explain: false };
}

const { presets, explain } = await configuration();
const plugins = [HISTORY_PLUGIN, ...(explain ? [createPlanPlugin(endpoint)] : [])];

createRoot(place).render(
  <GraphiQL fetcher={createFetcher(endpoint)} plugins={plugins} defaultEditorToolsVisibility="headers">
    <GraphiQL.Logo>
      <Presets presets={presets} />
    </GraphiQL.Logo>
  </GraphiQL>,
);
