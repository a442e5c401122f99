"""From plans to Python: each plan becomes source text that is executed once and run many times.

    analysis    who writes what where; which subtrees need no walk; which objects can be shared
    collector   finding targets and writing representations
    body        request bodies: constant text with variables spliced in
    merger      writing answers into the merged tree
    projector   making the client's answer, without errors
    program     the generated functions behind the `Program` protocol

The generated code handles answers that fit their schemas. Whatever surprises it is left to the
reference interpreter: generated code never decides what an error looks like. Names from plans get
into source only as Python literals (`repr`) or as bound constants.
"""
