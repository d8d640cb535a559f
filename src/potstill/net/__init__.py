"""Sockets and time: who polls, who serves, and how long anybody may take.

`relay` passes the baton between `runner` threads, `switchboard` holds the connections for whoever
has it, `channel` is one connection: `wiring` is what all of them share, `arrival` a body on its
way, `live_body` one that is read while it arrives, `outlet` the way out, `outbox` what a slow
client has not taken yet. `deadlines` is the time allowed for each step and `pace` the slowest
average, `poller` the kernel's word on readiness.

A channel reads from a `wire`: the socket itself, or `tls`. `greeting` is what stands before the
first request: `proxy_protocol` (with `proxy_vectors`, what its version 2 adds) and the handshake,
for which `certificates` has the right context, made by `contexts`; `expiry` looks how long a
certificate is good, `tls_facts` says what an application may know of a connection.

Connections come from a `listener`: TCP, `unix_listener` with its `socket_file`, or `inherited`.

It brings whole requests to a `Service` and never learns what that does with them; it imports
`http11` to know where a request ends.
"""
