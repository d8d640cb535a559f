"""A lending library's API: forty operations that use every way to take and to answer.

It is tested against its own OpenAPI document, and is an example of a larger application:
`records` says what things are, `shelf` keeps them, the other modules are a resource each.
"""
