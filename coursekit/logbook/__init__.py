"""The log of a lab: every number of every run, in rows of which none can be altered unnoticed."""
