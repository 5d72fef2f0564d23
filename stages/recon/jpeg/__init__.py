"""JPEG from the inside: encoders, quantization tables, coefficients; JPEG XL, and checks of codecs' files."""
