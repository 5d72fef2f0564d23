"""The family `pixels`."""
