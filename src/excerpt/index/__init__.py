"""The default engine: NumPy columns on disk, memory-mapped, in immutable segments."""
