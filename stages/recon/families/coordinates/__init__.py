"""The family `coordinates`."""
