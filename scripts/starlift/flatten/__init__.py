"""One wide table of a fact or any table: parents joined, children added up, no row lost or doubled."""
