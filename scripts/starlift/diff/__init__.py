"""What a change of the project does, for `starlift diff`."""
