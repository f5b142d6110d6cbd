"""A file of batch losses that a crash cannot tear: whole rows, flushed to the disk."""

import json
import os
from pathlib import Path

COLUMNS = ("epoch", "batch", "loss")


class LossLog:
    """Appends rows (epoch, batch, loss) to a .csv or a .jsonl file.

    Numbers are written with nine digits, which bring every float32 back unchanged; NaN and
    infinity as Python's `float` and `json` read them.

    Args:
        path: where to write; the ending says how.
        append: whether to go on behind what an existing file holds.

    Raises:
        ValueError: another ending.
        FileExistsError: there is a file already, and append is False.
        OSError: the file cannot be written.
    """

    def __init__(self, path, append=False):
        self.path = Path(path)
        if self.path.suffix not in (".csv", ".jsonl"):
            raise ValueError(
                "A log of batch losses ends in .csv (a table) or .jsonl (one JSON object a line); "
                f"got {self.path.name!r}."
            )
        if self.path.exists() and self.path.stat().st_size and not append:
            raise FileExistsError(
                f"{self.path} exists already and is left as it is. Choose another path, or go on "
                "behind its last row with append=True."
            )
        try:
            self.path.parent.mkdir(parents=True, exist_ok=True)
            self._drop_torn_row()
            self.file = open(self.path, "a", encoding="utf-8", newline="\n")  # noqa: SIM115
        except OSError as error:
            raise OSError(
                f"The batch losses should be written to {self.path}, which is not possible "
                f"({error.strerror}). Choose a path in a folder that you may write to."
            ) from error
        if self.path.suffix == ".csv" and not self.file.tell():
            self.file.write(",".join(COLUMNS) + "\n")

    def write(self, rows):
        """Writes rows and waits until they are on the disk."""
        for epoch, batch, loss in rows:
            if self.path.suffix == ".csv":
                self.file.write(f"{epoch},{batch},{loss:.9g}\n")
            else:
                row = dict(zip(COLUMNS, (epoch, batch, float(f"{loss:.9g}"))))
                self.file.write(json.dumps(row) + "\n")
        self.file.flush()
        os.fsync(self.file.fileno())

    def close(self):
        self.file.close()

    def _drop_torn_row(self):
        """Cuts a last line without an end, which a crash can leave in the middle of a row."""
        if not self.path.exists():
            return
        with open(self.path, "r+b") as file:
            content = file.read()
            file.truncate(content.rfind(b"\n") + 1)
