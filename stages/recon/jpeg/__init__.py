"""JPEG from the inside: degradation, quantization tables, coefficients, and other codecs' files."""
