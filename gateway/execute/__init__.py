"""Running query plans.

    port          what the pipeline hands in and gets back
    executor      plans made ready once; queries, incremental delivery, subscriptions
    run           one run: requests start as soon as what they need is merged
    program       what differs between the two ways of running a plan
      interpreter   the reference: walks the plan, knows every error
      compile       generated code for answers that fit; leaves all else to the reference
    envelope      reading a subgraph's answer
    errors        from what goes wrong to what the client is told, and where
    passthrough   bytes in, bytes out
    incremental   `@defer`
    introspection `__schema` and `__type`
    wire_json     JSON without losing digits

Every fetch writes into one merged tree, keyed by the names that subgraphs were asked for; only the
projection knows the client's names. Nulls bubble after all merges: a later fetch may still fill a
field.
"""
