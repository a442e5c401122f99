#!/bin/sh
# Writes schema/ from the subgraphs' code, or with --check tells whether it has drifted from it.
set -eu
cd "$(dirname "$0")/.."
BIN=.venv/bin
made=$(mktemp -d)
trap 'rm -rf "$made"' EXIT
mkdir -p "$made/subgraphs"
for name in contract project billing staffing engagement; do
  "$BIN/c2c" subgraph "$name" --export-schema > "$made/subgraphs/$name.graphql"
done
cp schema/supergraph.yaml "$made/"
"$BIN/c2c" compose --config "$made/supergraph.yaml" --output "$made/supergraph.graphql"
"$BIN/c2c" schema public --supergraph "$made/supergraph.graphql" > "$made/api.graphql"
"$BIN/python" -m gateway.composition.register > "$made/error_codes.md"
if [ "${1:-}" = --check ]; then
  for file in subgraphs/contract.graphql subgraphs/project.graphql subgraphs/billing.graphql \
              subgraphs/staffing.graphql subgraphs/engagement.graphql supergraph.graphql \
              api.graphql error_codes.md; do
    diff -u "schema/$file" "$made/$file" || {
      echo "schema/$file has drifted from the code: run 'make compose' and commit it." >&2
      exit 1
    }
  done
  echo "schema/ agrees with the code"
else
  mkdir -p schema/subgraphs
  cp "$made"/subgraphs/*.graphql schema/subgraphs/
  cp "$made/supergraph.graphql" "$made/api.graphql" "$made/error_codes.md" schema/
fi
