"""The family `classical`."""
