"""Forms, urlencoded and multipart, with uploads that go to disk."""
