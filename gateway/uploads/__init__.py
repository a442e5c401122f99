"""File uploads: the GraphQL multipart request specification, in both directions.

reading.py      a client's multipart/form-data -> a request whose variables hold references
forwarding.py   a request to a subgraph with references -> multipart/form-data with the files
"""
