// Composes sets of subgraphs with other composers, run as black boxes.
// Reads a JSON file [[{name, url, sdl}, ...], ...]; writes, for each set and composer, either the
// supergraph or the set of error codes, with the messages.
import { readFileSync, writeFileSync } from 'node:fs';
import { composeServices as apollo } from '@apollo/composition';
import { composeServices as guild } from '@theguild/federation-composition';
import { parse } from 'graphql';

const codesOf = (errors) =>
  [...new Set(errors.map((error) => error.extensions?.code ?? 'UNKNOWN'))].sort();

function run(composer, subgraphs) {
  let services;
  try {
    services = subgraphs.map((each) => ({
      name: each.name,
      url: each.url,
      typeDefs: parse(each.sdl),
    }));
  } catch {
    return { codes: ['INVALID_GRAPHQL'] };
  }
  try {
    const result = composer(services);
    const hints = [...new Set((result.hints ?? []).map((hint) => hint.definition?.code))].sort();
    return result.errors?.length
      ? { codes: codesOf(result.errors), messages: result.errors.map((error) => error.message) }
      : { codes: [], supergraph: result.supergraphSdl, hints };
  } catch (error) {
    return { crashed: String(error).slice(0, 200) };
  }
}

const [input, output] = process.argv.slice(2);
const composers = { apollo, guild };
const wanted = (process.argv[4] ?? 'apollo,guild').split(',');
const results = JSON.parse(readFileSync(input, 'utf8')).map((subgraphs) =>
  Object.fromEntries(wanted.map((name) => [name, run(composers[name], subgraphs)])),
);
writeFileSync(output, JSON.stringify(results));
console.log(JSON.stringify({ sets: results.length }));
