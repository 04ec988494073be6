"""A committed state of the index, open for reading: segments, live documents, the vocabulary."""
