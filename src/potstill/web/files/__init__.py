"""A file as a response: its type, its ranges, its body in the hands of the server."""
