"""The database servers that dbt's targets name, reached with the credentials of the dbt profile."""

from starlift.targets.profile import Target, default_target, read_target

__all__ = ["Target", "default_target", "read_target"]
