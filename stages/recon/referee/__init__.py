"""The referee: it scores pixels and counts bytes, without knowledge of the methods."""
