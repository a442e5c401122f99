"""The gateway's own HTTP/1.1 client, made for one thing: many small POSTs to few origins.

It stands on the event loop's protocols and llhttp (through httptools), because general clients
spend several times the CPU per request that this needs (`benchmarks/results/clients.md`).
"""
