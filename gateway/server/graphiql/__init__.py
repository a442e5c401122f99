"""GraphiQL, served by the gateway itself from files that set-up has built.

`package.json`, `build.mjs` and `source/` make `dist/`; the page loads nothing from anywhere else,
and its content security policy forbids it to.
"""

from gateway.server.graphiql.pages import GraphiqlPages

__all__ = ["GraphiqlPages"]
