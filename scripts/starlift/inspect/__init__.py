"""Looking into a database that nobody has documented: tables, keys, relations, and what the values say."""
