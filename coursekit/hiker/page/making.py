"""Making the page: the walks that must be walked beforehand, with progress, then the text."""

from rich.console import Console

from coursekit.hiker.page.content import content
from coursekit.hiker.page.filling import filled
from coursekit.hiker.page.network import SIZE, WALKERS, network
from coursekit.hiker.page.references import WALKS as REFERENCES
from coursekit.hiker.page.references import references
from coursekit.lab.interruption import Interruption
from coursekit.lab.progress_bar import progress_bar


def page(with_network):
    """Gives the page as text.

    Args:
        with_network: whether the small CNN is on it; its walks take the most time.
    """
    with progress_bar(Console(stderr=True)) as bar, Interruption() as interruption:
        rows = list(bar.track(references(), total=len(REFERENCES), description="Keras walks"))
        if not with_network:
            return filled(content(rows))
        task = bar.add_task("the CNN and its map", total=len(WALKERS) + SIZE)

        def tell():
            interruption.look()
            bar.advance(task)

        return filled(content(rows, network(tell)))
