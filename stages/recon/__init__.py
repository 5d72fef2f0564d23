"""The library behind the stages; importing it has no side effects."""
