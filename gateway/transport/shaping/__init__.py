"""What makes the way to subgraphs bear trouble: each file wraps one `Transport` in another.

    sharing → deadline → concurrency → retry → circuit breaker → failover → the transport

`chain.py` puts them together for each subgraph from its policy.
"""
