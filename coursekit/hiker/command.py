"""The command `coursekit hiker`."""

import os
from pathlib import Path

import click

from coursekit.hiker.optimizer_option import optimizer_option
from coursekit.hiker.surfaces import SURFACES
from coursekit.lab.starting_tensorflow import starting_tensorflow

PICTURES = (".png", ".pdf", ".svg")


@click.command()
@click.option(
    "--surface",
    type=click.Choice([*SURFACES, "digits"]),
    default="ravine",
    show_default=True,
    help="Where to walk; digits is a real loss of two weights.",
)
@optimizer_option
@click.option(
    "--learning-rate",
    "rates",
    metavar="NUMBERS",
    help="One for all, one for each with commas, or several for a single one.  [default: what suits "
    "the surface]",
)
@click.option("--momentum", type=float, help="Of SGD + momentum.  [default: 0.9]")
@click.option("--steps", default=150, show_default=True, help="How long they walk.")
@click.option("--start", nargs=2, type=float, metavar="X Y", help="Where they start.")
@click.option(
    "--scale-feature",
    type=float,
    metavar="NUMBER",
    help="Of digits: what the second feature is multiplied by; 0.2 makes a ravine.",
)
@click.option("--batch-size", type=int, help="Of digits: images per step.  [default: all]")
@click.option("--seed", type=int, help="Of digits: decides the batches.  [default: 0]")
@click.option(
    "--out",
    type=click.Path(path_type=Path),
    metavar="FILE",
    help="The picture, .png, .pdf or .svg.  [default: coursekit-hiker.png, or the next free number]",
)
@click.option(
    "--animate",
    type=click.Path(path_type=Path),
    metavar="FILE",
    help="A film of the walk as well, .gif or (where ffmpeg is installed) .mp4.",
)
def hiker(surface, optimizers, rates, momentum, steps, start, out, animate, **of_digits):
    """Watch optimizers walk down a map with two weights.

    Each is the real Keras optimizer at work, all from one start. The picture shows where they went
    and how high they stood; the words say who creeps, descends, zigzags or diverges.
    """
    given = [name for name, value in of_digits.items() if value is not None]
    if given and surface != "digits":
        raise click.UsageError(
            f"--{given[0].replace('_', '-')} is for --surface digits; {surface} has no data."
        )
    if of_digits["seed"] is not None and of_digits["batch_size"] is None:
        raise click.UsageError("--seed decides the batches, and there is no --batch-size.")
    if not 2 <= steps <= 100_000:
        raise click.UsageError(f"--steps is a whole number from 2 to 100000; got {steps}.")
    if momentum is not None and not 0 <= momentum < 1:
        raise click.UsageError(
            f"--momentum is the share of the velocity that is kept, at least 0 and below 1; got {momentum:g}."
        )
    rates = _numbers(rates)
    os.environ["MPLBACKEND"] = "agg"  # pictures go into files only, so that no display is needed
    with starting_tensorflow():
        from coursekit.hiker import session
        from coursekit.hiker.exact_map import ExactMap
        from coursekit.hiker.hikers import hikers
        from coursekit.lab import film, new_file
    try:
        if animate:
            film.check_film(animate)
        out = new_file.new_file(out or new_file.next_free("coursekit-hiker.png"), PICTURES)
        place, batches = SURFACES.get(surface), None
        if surface == "digits":
            scale = of_digits["scale_feature"]
            place = ExactMap(1.0 if scale is None else scale)
            if of_digits["batch_size"] is not None:
                batches = place.batches(of_digits["batch_size"], steps, of_digits["seed"] or 0)
        who = hikers(optimizers, place.rates)
        if momentum is not None:
            who = session.with_momentum(who, momentum)
        who = session.at_rates(who, rates)
        session.carry_out(place, who, start or place.start, steps, batches, out, animate)
    except ValueError as error:
        raise click.UsageError(str(error)) from error
    except OSError as error:
        raise click.ClickException(str(error)) from error


def _numbers(text):
    """The learning rates of "0.1,0.01"; none of None."""
    if text is None:
        return []
    try:
        return [float(part) for part in text.split(",")]
    except ValueError as error:
        raise click.UsageError(
            f"--learning-rate takes a number, or several with commas, such as 0.1,0.01; got {text}."
        ) from error
