"""The pages' tables, made from metrics/."""
