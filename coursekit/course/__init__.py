"""The course on disk: where the exercises lie, how stubs are printed, how students get them."""
