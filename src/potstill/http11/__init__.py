"""HTTP/1.1 for a server, as bytes and messages: no socket, no clock, no thread, no log.

`head` understands a request's head (`request_line`, `fields`, `partial_head`), `framing` says which body follows it, `body` takes the
body's framing off, `response` writes the head of the answer. `grammar` holds the patterns,
`limits` the sizes, `errors` what can go wrong and whose fault it is.

In the walk: `net.channel` brings bytes here and carries messages on to `wsgi`, whose answers
come back through `response`.
"""
