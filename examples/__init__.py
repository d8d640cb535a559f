"""Small applications to serve: `potstill examples.hello:app`."""
