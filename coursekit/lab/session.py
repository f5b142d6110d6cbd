"""One session of the lab at the terminal: progress while it runs, then the table and the verdicts."""

import time

import matplotlib.pyplot as plt
from rich import box
from rich.console import Console
from rich.table import Table

from coursekit.lab import film, protocol, report, results
from coursekit.lab.configuration import configuration
from coursekit.lab.contenders import name_of
from coursekit.lab.figures import batch_losses
from coursekit.lab.interruption import Interruption
from coursekit.lab.progress_bar import progress_bar
from coursekit.logbook.predictions import now
from coursekit.logbook.writing import Logbook
from coursekit.training import threads

MEASURED = "validation_accuracy"


def carry_out(plan, folder, predictions=None, animate=None, html=False):
    """Does the experiment and writes what it finds; Ctrl-C ends it early and loses nothing.

    Every run is in the log as soon as it is finished, so that even a lab that is killed leaves it.

    Args:
        plan: what to do.
        folder: where the results go, empty.
        predictions: what was predicted, sealed, for the first row of the log; or None.
        animate: where the film of the loss curves goes; or None.
        html: whether to write report.html, too.

    Returns:
        Whether everything was done.
    """
    console = Console()
    data = protocol.load(plan.data)
    threads.choose(data.train[0].shape[1:], 32)
    study = protocol.Study(plan, data)
    told = configuration(plan, data, study.make_model(0))
    log = Logbook(folder / "runs.jsonl", told, now(), predictions)
    bar = progress_bar(console)
    found, began, finished = None, time.perf_counter(), True
    with bar, Interruption() as interruption:
        task = bar.add_task("runs", total=plan.total())

        def tell(run):
            interruption.look()
            log.add(run)
            bar.advance(task)
            bar.console.print(line(run), highlight=False)

        try:
            for found in study.carry_out(tell):
                if found.missing:
                    bar.update(task, description=found.missing[0])
        except KeyboardInterrupt:
            finished = False
    if found is None or not found.runs:
        console.print("Nothing was finished, so nothing is written.")
        (folder / "runs.jsonl").unlink(missing_ok=True)
        return finished
    show(found, console)
    log.close(found.missing)
    try:
        if log.failure:
            raise log.failure
        figures = results.write(found, folder, html)
    except OSError as error:
        reason = (error.__cause__ or error).strerror
        raise OSError(
            f"Not everything could be written to {folder} ({reason}); what is printed above "
            "is what was found. Make room and run the lab again, or choose another folder with --out."
        ) from error
    seconds = time.perf_counter() - began
    console.print(
        f"\n{len(found.runs)} runs in {seconds:.0f} s. In {folder}: report.md, results.json,",
        markup=False,
        soft_wrap=True,
    )
    pages = ["report.html"] if html else []
    console.print(f"runs.csv, runs.jsonl (every step), {', '.join([*pages, *figures])}.")
    if animate:
        _animate(found, animate, console)
    if not finished:
        console.print(f"Interrupted; not finished: {', '.join(found.missing)}.")
    return finished


def _animate(found, path, console):
    """The batch losses of the headline pair at the chapter's rates, growing side by side."""
    figure = batch_losses(found)
    if figure is None:
        console.print("There is no film: no run at the chapter's learning rates was finished.")
        return
    try:
        film.write(figure, path, console)
    finally:
        plt.close(figure)


def line(run):
    """A run in one line."""
    what = f"race, {run.setting}" if run.part == "race" else run.setting
    if "strength" in run.scores:
        what = f"{what} {run.scores['strength']:g}" if run.scores["strength"] else "no decay"
    return (
        f"{what:15} {name_of(run.optimizer):16} {run.rate:<8g} seed {run.seed:<3} "
        f"loss {run.losses[-run.steps_per_epoch :].mean():.3f}"
        + "".join(f"  accuracy {run.scores[each]:.3f}" for each in run.scores if each == MEASURED)
    )


def show(found, console):
    """Prints the table and the sentences."""
    rows = report.table(found)
    if rows:
        shown = [0, 1, 3, 5, 6]  # what fits into 80 columns; report.md has all
        table = Table(
            *(report.COLUMNS[i] for i in shown),
            title="The race (± half a 95 % interval over seeds)",
            box=box.SIMPLE_HEAD,
            show_edge=False,
            pad_edge=False,
        )
        for row in rows:
            table.add_row(*(row[i] for i in shown))
        console.print(table)
    for sentence in report.words(found):
        console.print(f"\n{sentence}", highlight=False)
