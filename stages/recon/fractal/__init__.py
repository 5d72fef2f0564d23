"""Fractal coding: an image as the fixed point of a contraction that is made of its own parts."""
