"""Networks from places to colors: `net: NAME` in params.yaml is NAME.py."""
