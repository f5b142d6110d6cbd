"""`python -m coursekit`: the same as the command `coursekit`."""

import sys

# Python puts the folder it was called in first, where a student's random.py or numpy.py may lie.
if not sys.flags.safe_path:
    del sys.path[0]

from coursekit.cli import main

if __name__ == "__main__":
    main(prog_name="coursekit")
