"""What all figures share: axes, colors, tables of pictures, animations."""
