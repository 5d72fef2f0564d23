"""One package per family of methods."""
