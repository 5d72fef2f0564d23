"""Coordinate networks: one file per architecture, from places (or what a mapping makes of them) to colors."""
