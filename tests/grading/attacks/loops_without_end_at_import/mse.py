"""Never finishes being read."""

while True:
    pass
