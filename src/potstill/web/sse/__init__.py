"""Server-sent events: a response of events, and a channel that many clients follow."""
