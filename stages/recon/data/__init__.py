"""Datasets: manifests, downloads, splits, patches and masks."""
