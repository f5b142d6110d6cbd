"""The commands of `coursekit`; each is imported when it is called."""

import errno
import importlib
import os
import sys

import click

from coursekit import __version__

COMMANDS = {
    "init": "coursekit.course.commands:init",
    "list": "coursekit.course.commands:list_exercises",
    "check": "coursekit.grading.commands:check",
    "watch": "coursekit.grading.commands:watch",
    "hint": "coursekit.course.commands:hint",
    "reset": "coursekit.course.commands:reset",
    "run": "coursekit.grading.commands:run",
    "show": "coursekit.grading.commands:show",
    "lab": "coursekit.lab.command:lab",
    "hiker": "coursekit.hiker.command:hiker",
    "landscape": "coursekit.hiker.landscape_command:landscape",
    "explore": "coursekit.hiker.page.explore:explore",
    "report": "coursekit.cli:report",
    "explain": "coursekit.grading.explaining:explain",
    "dev": "coursekit.cli:dev",
}
REPORT = {"new": "coursekit.course.commands:new_report"}
DEV = {
    "new": "coursekit.grading.authoring:new",
    "sync": "coursekit.course.commands:sync",
    "verify": "coursekit.grading.authoring:verify",
}


class LazyGroup(click.Group):
    """A group that imports a command when it is asked for: help must not wait for TensorFlow."""

    def __init__(self, *arguments, lazy, **settings):
        super().__init__(*arguments, **settings)
        self.lazy = lazy

    def list_commands(self, context):
        return list(self.lazy)

    def get_command(self, context, name):
        if name not in self.lazy:
            return None
        module, command = self.lazy[name].split(":")
        return getattr(importlib.import_module(module), command)

    def main(self, *arguments, **settings):
        """Runs a command; where what it says cannot be written, one sentence stands for a traceback."""
        try:
            return super().main(*arguments, **settings)
        except OSError as error:
            if error.errno != errno.ENOSPC or not _is_full(1):
                raise
            os.dup2(os.open(os.devnull, os.O_WRONLY), 1)  # nor can what is left over be written
            click.echo(
                "Error: What coursekit says could not be written, since there is no room where it goes. "
                "Let it go to the terminal, or to a place with room.",
                err=True,
            )
            sys.exit(1)


def _is_full(handle):
    """Whether not even an empty line can be written there."""
    try:
        os.write(handle, b"\n")
    except OSError:
        return True
    return False


@click.group(
    cls=LazyGroup,
    lazy=COMMANDS,
    invoke_without_command=True,
    context_settings={"help_option_names": ["-h", "--help"]},
)
@click.version_option(__version__, prog_name="coursekit")
@click.pass_context
def main(context):
    """How a network learns: losses measure the error, optimizers reduce it.

    Without a command: where your course stands, and the next step.
    """
    if context.invoked_subcommand is None:
        importlib.import_module("coursekit.grading.commands").progress()


@click.group(cls=LazyGroup, lazy=REPORT)
def report():
    """The experiment report: predictions before the lab, answers after it."""


@click.group(cls=LazyGroup, lazy=DEV)
def dev():
    """For those who write exercises."""
