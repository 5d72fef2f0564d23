"""One room per family: how an image is rebuilt, and from which bytes."""
