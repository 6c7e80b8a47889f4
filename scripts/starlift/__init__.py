"""Starlift: raw operational data in, benchmarks and reports out; dbt does the rest."""
