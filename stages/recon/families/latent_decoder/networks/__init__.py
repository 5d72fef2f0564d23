"""Decoders from a code to an image: `net: NAME` in params.yaml is NAME.py."""
