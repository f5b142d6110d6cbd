"""These files are examined in rooms and never imported, as pytest would to look for doctests."""

collect_ignore_glob = ["*/*.py"]
