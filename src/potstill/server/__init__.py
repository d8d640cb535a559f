"""Processes, signals, and the introduction of `net` to `wsgi`.

`worker` builds a relay around an application and runs it, of parts that `assembly` makes of the
settings: `service` is what the relay's channels turn to, `networks` says whom to believe, `reports`
tells of what an application does wrong. `sockets` opens what to listen on, or takes what systemd
has opened (`activation`). `loader` finds the application (`target` reads its name), `lifespan` lets
it begin and end, `failures` tells what its code raised meanwhile. `signals` ends it all in good
order, `embed` is the same for a program that serves from within.
"""
