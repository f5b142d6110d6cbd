"""A landscape at the terminal: the table and the sentences; and drawn anew from its numbers."""

from rich import box
from rich.console import Console
from rich.table import Table

from coursekit.hiker import landscape_words
from coursekit.hiker.landscape_pictures import PICTURES, write, write_report
from coursekit.hiker.measured import load


def show(everything, console):
    """Prints the table and the sentences.

    Args:
        everything: name of the picture → what was measured.
        console: where to.
    """
    if "landscape" in everything:
        table = Table(
            *landscape_words.COLUMNS, box=box.SIMPLE_HEAD, show_edge=False, pad_edge=False
        )
        for row in landscape_words.table(everything["landscape"]):
            table.add_row(*row)
        console.print(table)
    for name, found in everything.items():
        for sentence in PICTURES[name].words(found):
            console.print(f"\n{sentence}", highlight=False)


def read(source):
    """What a folder of `coursekit landscape` holds: name of the picture → what was measured.

    Raises:
        ValueError: there is nothing of it, or a file is broken.
        OSError: a file cannot be read.
    """
    files = {name: source / f"{name}.npz" for name in PICTURES}
    found = {
        name: load(PICTURES[name].kind, file) for name, file in files.items() if file.is_file()
    }
    if not found:
        raise ValueError(
            f"{source} should hold what coursekit landscape has measured, such as landscape.npz, "
            "and does not. Give the folder that it named at its end."
        )
    return found


def draw_again(found, folder):
    """Draws all pictures of what was measured into a folder, and says what they show."""
    for name, value in found.items():
        write(name, value, folder)
    write_report(found, folder)
    show(found, Console())
