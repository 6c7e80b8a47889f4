"""Parity: the same data, built on several targets, has the same content in every table and every answer."""
