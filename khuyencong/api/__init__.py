"""Everything under /api/: the addresses, what describes them (schema), and the page on which that is read."""
