"""Every figure, one file each: from plain arrays to a Figure."""
