"""The family `overfitted`."""
