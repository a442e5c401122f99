"""Subscriptions: events from subgraphs, and how streams to clients come to an end.

http_source.py       a subgraph's events over server-sent events or multipart/mixed
event_stream.py      the text/event-stream format; multipart.py the multipart/mixed format
websocket_source.py  a subgraph's events over graphql-transport-ws, many on one connection
routing.py           which of them serves a subgraph
stream_end.py        one signal that ends all streams of a deployment, with its reason
"""
