"""The option --optimizer of `coursekit hiker` and `coursekit landscape`: who walks."""

import click

from coursekit.lab.command import KEYS

optimizer_option = click.option(
    "--optimizer",
    "optimizers",
    multiple=True,
    default=(KEYS,),
    metavar="NAMES|FILE",
    help="Who walks: names with commas, or a file with your own keras.optimizers.Optimizer, each with "
    f"a learning rate after a colon if you like, as sgd:0.1; as often as needed.  [default: {KEYS}]",
)
