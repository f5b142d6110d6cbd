"""The chapter's experiment: which optimizer converges faster, which oscillates, and how sure is that."""
