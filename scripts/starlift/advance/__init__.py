"""The source moves on: a folder of raw data as it would be read at the end of a later day."""
