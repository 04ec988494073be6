"""Source files of each format → Document: one module per format."""
