"""The quality page: what came in, what was rejected and why, for `starlift quality`."""
