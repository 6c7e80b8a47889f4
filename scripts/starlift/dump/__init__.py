"""SQL dumps as they come (mysqldump, pg_dump, SQLite, by hand), read as data and landed in a schema."""

from starlift.dump.run import load_dump

__all__ = ["load_dump"]
