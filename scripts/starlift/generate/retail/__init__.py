"""A retailer that sells in stores and on the web: what both systems know, and what each adds."""
