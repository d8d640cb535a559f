"""HTTP/1.1 for a server, as bytes and messages: no socket, no clock, no thread, no log.

`head` understands a request's head (its parts: `request_line`, `fields` and the `field_lines` they
come from; `partial_head` when it comes in pieces), `framing` says which body follows it, `body`
takes the body's framing off, `response` writes the head of the answer. `hops` reads what proxies
wrote down of a request's way. `grammar` holds the patterns, `limits` the sizes, `errors` what can
go wrong and whose fault it is, `memo` what was understood before.

In the walk: `net.channel` brings bytes here and carries messages on to `wsgi`, whose answers
come back through `response`.
"""
