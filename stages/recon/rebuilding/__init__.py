"""The work of `rebuild.py`: a single picture compressed, decoded or restored from the shell."""
