"""The HTTP API: other software reads a lab's records and proposes films. See docs/reference/api.md."""
