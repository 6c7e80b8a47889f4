"""Entity-relationship diagrams that a person can read: of any database, and of the star."""
