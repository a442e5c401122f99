"""The query planner: an operation in, a plan of requests to subgraphs out. Pure, no I/O.

schema          who resolves which field, and by which keys one gets there (once per supergraph)
operation       the operation as positions: what is wanted, by place and concrete type
passes/         rewrites of positions (before) and of the fetch graph (after), one per file
solve, cover    each position's demands placed at the fewest fetches; locations and openings
                say what a fetch can answer and which further ones may be opened
emit            the solution drawn up as a fetch graph; wires, representations, contexts
request, render the fetch graph printed in each subgraph's own terms
output          the shape of the answer
planner         the stages in their order; nodes is what they make
"""
