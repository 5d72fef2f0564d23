"""Compile and fit, for every family that trains with Keras."""
