"""`starlift bench`: proves that the 3NF tables and the star give the same answers, then times them."""
