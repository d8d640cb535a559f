"""Measures `potstill.web` beside other frameworks, in one process each and without any server.

A call is what a server does with a framework: a new `environ`, the application called, its blocks
joined, `close()`. `rows` says what is asked, `apps` how each framework answers it, `contenders` who
they are; `measure` is the process that calls one of them, `rounds` starts those in turns, and
`report` makes the tables.
"""
