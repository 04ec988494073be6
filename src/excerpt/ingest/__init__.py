"""Source files → documents cut into passages: scan, decode, extract, passages."""
