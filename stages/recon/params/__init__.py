"""params.yaml as frozen, closed models: one file per family, so that a new setting reruns one family."""
