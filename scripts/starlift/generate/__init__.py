"""Raw data for the source systems, made from a seed: the same seed gives the same bytes everywhere."""
