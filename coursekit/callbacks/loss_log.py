"""A file of batch losses that a crash cannot tear: whole rows, flushed to the disk."""

import json
import os
from pathlib import Path

COLUMNS = ("epoch", "batch", "loss")
HEADER = ",".join(COLUMNS) + "\n"


class LossLog:
    """Appends rows (epoch, batch, loss) to a .csv or a .jsonl file.

    Numbers are written with nine digits, which bring every float32 back unchanged; NaN and
    infinity as Python's `float` and `json` read them. The file is open only while rows are written.

    Args:
        path: where to write; the ending says how. Missing folders are made.
        append: whether to go on behind the rows of an existing file. A last row that a crash has
            torn is cut off.

    Raises:
        ValueError: another ending, or append to a file that is no log of batch losses.
        FileExistsError: there is a file already, and append is False.
        OSError: the file cannot be written.

    Example:
        >>> import tempfile
        >>> folder = tempfile.TemporaryDirectory()
        >>> log = LossLog(f"{folder.name}/losses.csv")
        >>> log.write([(0, 0, 2.5), (0, 1, float("nan"))])
        >>> print(log.path.read_text(encoding="utf-8"), end="")
        epoch,batch,loss
        0,0,2.5
        0,1,nan
        >>> folder.cleanup()
    """

    def __init__(self, path, append=False):
        self.path = Path(path)
        if self.path.suffix not in (".csv", ".jsonl"):
            raise ValueError(
                "A log of batch losses ends in .csv (a table) or .jsonl (one JSON object a line); "
                f"got {self.path.name!r}."
            )
        if not append and self.path.exists() and self.path.stat().st_size:
            raise FileExistsError(
                f"{self.path} exists already and is left as it is. Choose another path, or go on "
                "behind its last row with append=True."
            )
        try:
            self.path.parent.mkdir(parents=True, exist_ok=True)
            self._open().close()
            whole = self._whole_rows()
        except OSError as error:
            raise OSError(
                f"The batch losses should be written to {self.path}, which is not possible "
                f"({error.strerror}). Choose a path in a folder that you may write to."
            ) from error
        os.truncate(self.path, len(whole))
        if not whole and self.path.suffix == ".csv":
            self._add(HEADER)

    def write(self, rows):
        """Writes rows and waits until they are on the disk."""
        self._add("".join(self._line(*row) for row in rows))

    def _line(self, epoch, batch, loss):
        if self.path.suffix == ".csv":
            return f"{epoch},{batch},{loss:.9g}\n"
        return json.dumps(dict(zip(COLUMNS, (epoch, batch, float(f"{loss:.9g}"))))) + "\n"

    def _add(self, text):
        with self._open() as file:
            file.write(text)
            file.flush()
            os.fsync(file.fileno())

    def _open(self):
        return open(self.path, "a", encoding="utf-8", newline="\n")

    def _whole_rows(self):
        """The content up to the last end of a line."""
        content = self.path.read_bytes()
        start = HEADER.encode() if self.path.suffix == ".csv" else b'{"epoch": '
        if not content.startswith(start[: len(content)]):
            first = content.split(b"\n")[0][:40].decode(errors="replace")
            raise ValueError(
                f"{self.path} should be a log of batch losses to go on with; it begins with "
                f"{first!r}. Choose another path."
            )
        return content[: content.rfind(b"\n") + 1]
