"""Answers of subgraphs, kept by entity.

analysis.py      which parts of a subgraph operation are entities, and what their values depend on
cache_control.py how long and for whom an answer may be kept (RFC 9111)
keys.py          a part's key
tags.py          names under which entries can be invalidated
store.py         the port of stores; memory.py and redis_store.py are its two kinds
rebuild.py       an answer put together from kept and fetched entities
transport.py     all of it, as a transport around the one that goes out
"""
