"""One request, one call of the application (PEP 3333).

`environ` makes the dict, `input` the stream, `exchange` calls and carries the answer block by
block, `gateway` puts the three together for one application. What stands on the other side is a
`Transport`: the one thing this package asks of whoever brings the requests.

It knows messages (`http11`) and nothing of sockets, threads or processes.
"""
