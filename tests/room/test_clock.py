"""The clock of deadlines: it counts what passes, and stands still while the machine does."""

import time

import pytest

from coursekit.room.clock import Clock


class Monotonic:
    """Stands for time.monotonic, and goes where it is told."""

    now = 100.0

    def __call__(self):
        return self.now


@pytest.fixture
def machine(monkeypatch):
    monotonic = Monotonic()
    monkeypatch.setattr(time, "monotonic", monotonic)
    return monotonic


def test_counts_what_passes_between_looks(machine):
    clock = Clock()
    for _ in range(40):
        machine.now += 0.25
        seconds = clock.look()
    assert seconds == pytest.approx(10.0)


def test_a_machine_set_aside_for_an_hour_costs_one_second(machine):
    clock = Clock()
    machine.now += 0.5
    clock.look()
    machine.now += 3600
    assert clock.look() == pytest.approx(1.5)
    machine.now += 0.25
    assert clock.look() == pytest.approx(1.75)
