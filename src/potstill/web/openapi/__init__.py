"""What an application tells of itself: its OpenAPI 3.1 document, and a page that shows it.

Both are made of the types that `binding` works with, so they say what is done.
"""
