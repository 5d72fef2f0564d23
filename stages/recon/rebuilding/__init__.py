"""A picture of your own from the shell: what `rebuild.py` does."""
