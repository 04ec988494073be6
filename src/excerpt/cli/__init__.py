"""The command `excerpt`: it parses, calls, renders and maps errors, and does nothing else."""
