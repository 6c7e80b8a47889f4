"""Backup and restore of a warehouse, raw tables, histories and star, by its engine's own tools."""
