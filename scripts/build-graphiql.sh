#!/bin/sh
# Builds GraphiQL from its npm package into files that the gateway serves itself.
set -eu
cd "$(dirname "$0")/../gateway/server/graphiql"
if ! command -v npm >/dev/null 2>&1; then
  echo "Node.js with npm is missing: GraphiQL is left out; everything else works." >&2
  exit 0
fi
[ -d dist ] && [ dist -nt package-lock.json ] && exit 0
echo "Building GraphiQL ..."
npm ci --silent --no-audit --no-fund
npm run --silent build
