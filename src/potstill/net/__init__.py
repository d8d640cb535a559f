"""Sockets and time: who polls, who serves, and how long anybody may take.

`relay` passes the baton between `runner` threads, `switchboard` holds the connections for whoever
has it, `channel` is one connection (`wiring` what all of them share, `arrival` a body on its way),
`outbox` what a slow client has not taken yet, `deadlines` the time allowed for each step,
`listener` where connections come from, `poller` the kernel's word on readiness.

It brings whole requests to a `Service` and never learns what that does with them; it imports
`http11` to know where a request ends.
"""
