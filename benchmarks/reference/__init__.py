"""A gateway without any GraphQL in it: what the workload costs at the least, in Python.

It knows the three operations by heart: their fetches, representations, merging and output are
written by hand. It runs on uvicorn and sends requests with the product's own client, so that the
difference to the product is the price of being a gateway for any query.
"""
