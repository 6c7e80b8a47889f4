"""A build of the project to compare with: dbt's manifest and the DuckDB file that it was built into."""

from starlift.state.folder import State, is_state, read_state

__all__ = ["State", "is_state", "read_state"]
