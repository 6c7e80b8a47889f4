"""Checks of the dbt project itself, for `starlift check`."""
