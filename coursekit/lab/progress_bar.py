"""The bar of long work: how much of it is done, and how long the rest will take."""

from rich import progress


def progress_bar(console):
    """A rich progress display: what is done, a bar, so many of so many, and the time left."""
    return progress.Progress(
        progress.TextColumn("{task.description}"),
        progress.BarColumn(),
        progress.MofNCompleteColumn(),
        progress.TimeRemainingColumn(),
        console=console,
    )
