"""What a reader gets to see: marked snippets, concordances, and both as text, JSON and CSV."""
