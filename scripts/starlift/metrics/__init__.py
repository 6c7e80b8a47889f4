"""The semantic layer, asked from the command line, for `starlift metrics`."""
