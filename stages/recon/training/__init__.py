"""Compile and fit: what serves every family that trains with Keras."""
