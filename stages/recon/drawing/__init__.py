"""Drawing shared by all figures: axes, colors, grids of pictures, animations."""
