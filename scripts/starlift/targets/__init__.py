"""The database servers that dbt's targets name, reached with the credentials of the dbt profile."""

from starlift.targets.profile import Target, default_target, read_target
from starlift.targets.servers import Server, server_of

__all__ = ["Server", "Target", "default_target", "read_target", "server_of"]
