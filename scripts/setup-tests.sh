#!/bin/sh
# What the tests need beyond the Python packages. Each part is optional for a developer (the tests
# that need it are then skipped with a message) and installed where the machine allows it.
set -eu
cd "$(dirname "$0")/.."
if command -v npm >/dev/null 2>&1; then
  echo "Installing the npm packages of the tests ..."
  (cd tests/node && npm ci --silent --no-audit --no-fund)
else
  echo "Node.js with npm is missing: tests against npm clients will be skipped." >&2
fi
missing=""
command -v chromium >/dev/null 2>&1 || missing="$missing chromium"
command -v redis-server >/dev/null 2>&1 || missing="$missing redis-server"
if [ -n "$missing" ]; then
  if [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null 2>&1; then
    echo "Installing$missing ..."
    apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends $missing >/dev/null
  else
    echo "Missing:$missing (tests that need them will be skipped; install them as root)." >&2
  fi
fi
