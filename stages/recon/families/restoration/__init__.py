"""The family `restoration`."""
