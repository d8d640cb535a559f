"""From a request to the arguments of a handler, by name and annotation.

`signature` reads what a handler takes (`sources` has the data), `call` makes a closure of it before
the first request; `readers` and `content` read values, `providers` makes what no request holds.
"""
