"""From a path and a method to an endpoint, and from an endpoint to its address.

`groups` takes what is registered, `compiling` makes routes of it, `router` finds them by path.
"""
