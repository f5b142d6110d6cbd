"""The commands of `coursekit`; each is imported when it is called."""

import importlib

import click

from coursekit import __version__

COMMANDS = {
    "init": "coursekit.course.commands:init",
    "list": "coursekit.course.commands:list_exercises",
    "hint": "coursekit.course.commands:hint",
    "reset": "coursekit.course.commands:reset",
    "lab": "coursekit.lab.command:lab",
    "dev": "coursekit.course.commands:dev",
}


class LazyGroup(click.Group):
    """A group that imports a command when it is asked for: help must not wait for TensorFlow."""

    def list_commands(self, context):
        return list(COMMANDS)

    def get_command(self, context, name):
        if name not in COMMANDS:
            return None
        module, command = COMMANDS[name].split(":")
        return getattr(importlib.import_module(module), command)


@click.command(cls=LazyGroup, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, prog_name="coursekit")
def main():
    """How a network learns: losses measure the error, optimizers reduce it."""
