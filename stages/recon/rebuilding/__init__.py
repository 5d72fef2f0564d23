"""The work of `rebuild.py`: pictures compressed, decoded or restored from the shell."""
