"""Reads all of params.yaml before anything runs."""
