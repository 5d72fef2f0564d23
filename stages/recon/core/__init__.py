"""What everything stands on: errors, files, images, and the one noun, a reconstruction."""
