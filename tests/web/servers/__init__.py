"""One application of `potstill.web` under every server that its users may have."""
