"""One session of `coursekit hiker`: who walks, the picture, the film, the table."""

from dataclasses import replace

import matplotlib.pyplot as plt
from rich import box
from rich.console import Console
from rich.table import Table

from coursekit.hiker.hike import hike, picture
from coursekit.hiker.hikers import exactly
from coursekit.lab import film
from coursekit.lab.contenders import CONTENDERS
from coursekit.lab.new_file import whole
from coursekit.training.checks import check_rate


def with_momentum(who, momentum):
    """The same with another momentum for SGD + momentum.

    Raises:
        ValueError: it is not among them.
    """
    if "momentum" not in [one.contender.key for one in who]:
        raise ValueError("--momentum is that of SGD + momentum, which does not walk here.")
    other = replace(CONTENDERS["momentum"], settings={"momentum": momentum})
    return [one._replace(contender=other) if one.contender.key == other.key else one for one in who]


def at_rates(who, rates):
    """The same at other learning rates: one for all, one for each, or several for a single one.

    Raises:
        ValueError: another number of rates, one that is not above 0, or who has one already.
    """
    said = [one.name for one in who if one.said]
    if rates and said:
        raise ValueError(
            f"The learning rate stands after the colon ({'; '.join(said)}) or in --learning-rate, not "
            "in both."
        )
    for rate in rates:
        check_rate(rate)
    if len(rates) == 1:
        rates = rates * len(who)
    if len(who) == 1:
        rates = [*dict.fromkeys(rates)]
        who = who * (len(rates) or 1)
    if rates and len(rates) != len(who):
        raise ValueError(
            f"There is one learning rate for all, or one for each of {len(who)}; got {len(rates)}: "
            f"{', '.join(f'{rate:g}' for rate in rates)}."
        )
    return [one._replace(rate=rate) for one, rate in zip(who, rates)] if rates else who


def carry_out(place, who, start, steps, batches, out, animate=None):
    """Walks everybody, writes the picture and the film, and prints what is to be said.

    The files come first: they are whole even where nothing can be printed.

    Raises:
        ValueError: the start lies off the map.
        OSError: picture or film cannot be written.
    """
    for value, (low, high) in zip(start, place.limits):
        if not low <= value <= high:
            (a, b), (c, d) = place.limits
            raise ValueError(
                f"The start lies on the map, x from {a:g} to {b:g} and y from {c:g} to {d:g}; got "
                f"{start[0]:g}, {start[1]:g}."
            )
    console = Console()
    hikes = [hike(place, one, start, steps, batches) for one in who]
    figure = picture(place, hikes, batches)
    try:
        with whole(out) as part:
            figure.savefig(part, dpi=150)
        if animate:
            film.write(figure, animate, console)
    finally:
        plt.close(figure)
    show(place, hikes, console)
    console.print(f"\nThe picture is in {out}.", highlight=False, markup=False, soft_wrap=True)


def show(place, hikes, console):
    """Prints the table of hikes."""
    unusual = {f", momentum {one.momentum:g}" for one in hikes if one.momentum is not None}
    table = Table(
        *("optimizer", "rate", "rate × curvature", "verdict", "arrives", "zigzag", "back"),
        title=f"{place.name}: {place.difficulty}, {len(hikes[0].path) - 1} steps{''.join(unusual)}",
        box=box.SIMPLE_HEAD,
        show_edge=False,
        pad_edge=False,
    )
    for one in hikes:
        gauge = "" if one.steepest is None else f"{_short(one.steepest)} of {one.limit:g}"
        word, zigzag, turns, _, arrived = one.verdict
        measured = ("", "", "")
        if word != "diverges":
            end = "not yet" if arrived is None else f"step {arrived}"
            measured = end, f"{zigzag:.3f}", f"{100 * turns:.0f} %"
        table.add_row(one.name, exactly(one.rate), gauge, word, *measured)
    console.print(table)


def _short(value):
    return f"{value:.0f}" if 999.5 <= value < 1e6 else f"{value:.3g}"
