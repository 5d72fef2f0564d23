"""The tables of the README pages, made from metrics/."""
