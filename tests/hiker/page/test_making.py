"""The page as it is really made; of the walks only one, for the time that they take."""

import pytest

from coursekit.hiker.page import making, references
from coursekit.hiker.page.content import content
from coursekit.hiker.page.filling import filled


@pytest.fixture(autouse=True)
def one_walk(monkeypatch):
    monkeypatch.setattr(references, "WALKS", references.WALKS[:1])
    monkeypatch.setattr(making, "REFERENCES", references.WALKS)


@pytest.fixture
def trained(monkeypatch, data):
    """What the small CNN was asked for, and tells of its progress; it was trained already."""
    told = []

    def network(tell):
        tell()
        told.append("trained")
        return data["network"]

    monkeypatch.setattr(making, "network", network)
    return told


def test_without_the_network_it_is_the_walks_of_keras_and_no_more(trained):
    page = making.page(with_network=False)
    assert page == filled(content(list(references.references())))
    assert '"network":null' in page and not trained


def test_with_the_network_it_has_its_walks_as_well(trained, data):
    page = making.page(with_network=True)
    assert page == filled(content(list(references.references()), data["network"]))
    assert trained == ["trained"]
