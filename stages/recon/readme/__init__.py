"""The tables of the pages, made from metrics/."""
