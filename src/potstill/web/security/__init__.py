"""What keeps other sites out: header policies, CSRF, CORS, trusted hosts. Each stands alone."""
