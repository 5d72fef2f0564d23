"""From params.yaml to frozen, closed objects that every family shares."""
