"""The log of runs, read from a target's warehouse."""
