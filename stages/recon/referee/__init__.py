"""The referee: it scores pixels and counts bytes, and knows no method."""
