"""A `BaseHTTPRequestHandler` subclass as a WSGI application."""
