"""Sockets and time: who polls, who serves, and how long anybody may take.

`relay` passes the baton between threads, `switchboard` holds the connections for whoever has it,
`channel` is one connection, `outbox` what a slow client has not taken yet, `deadlines` the time
allowed for each step, `listener` where connections come from, `poller` the kernel's readiness.

It brings whole requests to a `Service` and never learns what that does with them; it imports
`http11` to know where a request ends.
"""
