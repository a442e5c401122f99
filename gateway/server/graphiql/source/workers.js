// The editor's language services run in workers of our own origin, as the page's policy demands.
const FILES = new URL('.', import.meta.url);
const KNOWN = new Set(['json', 'graphql']);

globalThis.MonacoEnvironment = {
  getWorker(_id, label) {
    const name = KNOWN.has(label) ? label : 'editor';
    return new Worker(new URL(`${name}.worker.js`, FILES), { name });
  },
};
