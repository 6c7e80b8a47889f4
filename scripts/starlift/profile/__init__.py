"""A first look at data: what columns hold, what is missing, how it moves over time, how long things take."""
