"""`python -m coursekit`: the same commands, where the script is not on the path."""

from coursekit.cli import main

main(prog_name="coursekit")
