"""A picture of one's own, from the shell: what is typed, what is done, what is said."""
