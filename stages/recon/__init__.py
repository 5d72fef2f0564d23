"""The library: importing any of it first fixes the instructions that NumPy and its kind compute with."""

from recon.core import instructions
