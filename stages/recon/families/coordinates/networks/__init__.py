"""Networks from pixel coordinates to colors: `net: NAME` in params.yaml is NAME.py."""
