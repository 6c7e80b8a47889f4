"""Rows of the warehouse as files for other programs: CSV, Parquet, Excel, JSON."""
