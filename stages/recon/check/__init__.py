"""Checks of all of params.yaml before anything runs."""
