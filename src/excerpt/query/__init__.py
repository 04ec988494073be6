"""What a query is (tree), how it is read (parse), what it means (match)."""
