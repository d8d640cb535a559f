"""The same small applications by each framework; each module has a function for each kind of row.

`hello()`, `item()`, `order()`, `routes(count)`, `static(directory)` and `upload()` make a WSGI
application. The frameworks are imported by name, because only the peers' interpreter has them.
"""
