"""Processes, signals, and the introduction of `net` to `wsgi`.

`worker` builds a relay around an application and runs it, `service` is what the relay's channels
turn to, `loader` finds the application, `signals` ends it all in good order, `embed` is the same
for a program that serves from within.
"""
