"""Reports for the eye, in the terminal."""

from rich.markup import escape
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from coursekit.grading.report import ERROR, FAIL, PASS, TODO

WORDS = {PASS: "ok", FAIL: "not", TODO: "todo", ERROR: "error"}
COLOURS = {PASS: "green", FAIL: "yellow", TODO: "dim", ERROR: "red"}
MOST_PRINTED = 12  # lines of what the student's code printed


def show_report(console, report):
    """Prints one report: what holds, what does not yet, and why.

    Args:
        console: a rich console.
        report: what came of a file.
    """
    name, file = escape(report.exercise), escape(report.file)
    if report.needs:
        console.print(
            f"[bold]{name}[/]: not examined, it needs  {escape(report.needs)}", highlight=False
        )
        return
    if report.unwritten:
        console.print(f"[bold]{name}[/]: not written yet  [dim]{file}[/]")
        return
    passed = sum(each.verdict == PASS for each in report.checks)
    mark = "[green]passed[/]" if report.passed else f"{passed} of {len(report.checks)}"
    console.print(f"[bold]{name}[/]: {mark}  [dim]{file}[/]")
    table = Table.grid(padding=(0, 1))
    table.add_column(width=1)
    table.add_column(width=5)
    table.add_column()
    for each, says in report.said():
        word = Text(WORDS[each.verdict], COLOURS[each.verdict])
        table.add_row("", word, Text(each.sentence, "dim" if each.verdict == PASS else ""))
        if says:
            table.add_row("", "", Text(says, "cyan"))
    console.print(table)


def show_printed(console, report):
    """Prints the beginning of what the student's code printed, if it did."""
    lines = report.printed.splitlines()
    if lines:
        rest = len(lines) - MOST_PRINTED
        more = [f"… and {rest} more lines"] if rest > 0 else []
        console.print(Text("Your code printed:", "dim"))
        console.print(Padding(Text("\n".join(lines[:MOST_PRINTED] + more)), (0, 0, 0, 8)))


def next_step(report):
    """One sentence on what to do now."""
    if report.passed or report.needs:
        return "Next: coursekit"
    if report.unwritten:
        return f"Next: write it in {report.file}; for a hint, run  coursekit hint {report.exercise}"
    if (
        report.checks[0].name == "loads"
        and report.checks[0].verdict == ERROR
        and len(report.checks) == 1
    ):
        return "Next: mend the file, then check it again."
    return (
        f"Next: look at the first line that is not ok, or run  coursekit hint {report.exercise}"
        if report.exercise
        else "Next: coursekit list"
    )
