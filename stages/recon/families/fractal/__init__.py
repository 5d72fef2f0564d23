"""The family `fractal`."""
