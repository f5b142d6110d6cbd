import matplotlib.pyplot as plt
import numpy as np
import pytest

from coursekit.plots.hikers import Map, Trail, hikers

X, Y = np.linspace(-2, 2, 21), np.linspace(-1, 1, 11)
GROUND = Map("A bowl", ("x", "y"), X, Y, X**2 + Y[:, None] ** 2, ((0.0, 0.0),))


@pytest.fixture(autouse=True)
def closed():
    yield
    plt.close("all")


def drawn(path):
    path = np.asarray(path, float)
    with np.errstate(all="ignore"):
        figure = hikers(GROUND, [Trail("one", "b", path, (path**2).sum(axis=1))], arrived=1e-3)
    return figure, [line for line in figure.axes[0].lines if line.get_gid() == "grows"]


def labels(figure):
    return [text.get_text() for text in figure.legends[0].get_texts()]


def test_a_path_and_its_heights_are_drawn_as_they_are():
    path = [(1.5, 0.5), (1.0, 0.25), (0.5, 0.125)]
    figure, (line, _) = drawn(path)
    np.testing.assert_array_equal(line.get_xydata(), path)
    np.testing.assert_allclose(figure.axes[1].lines[0].get_ydata(), [2.5, 1.0625, 0.265625])
    assert labels(figure) == ["one"]


def test_who_leaves_for_good_goes_to_the_edge_and_gets_a_cross_there():
    figure, (line, _, cross) = drawn(
        [(1.0, 0.0), (3.0, 0.0), (1.0, 0.5), (2.0, 2.5), (0.0, -3.0), (np.inf, np.nan)]
    )
    edge = [1.25, 1.0]  # a quarter of the step from (1, ½) to (2, 2½)
    np.testing.assert_allclose(line.get_xydata()[:4], [(1, 0), (3, 0), (1, 0.5), edge])
    assert np.isnan(line.get_xydata()[4:]).all()
    assert np.isnan(cross.get_xydata()[:3]).all()  # in a film it is not there before the hiker is
    np.testing.assert_allclose(cross.get_xydata()[3:], [edge] * 3)
    assert labels(figure) == ["one", "leaves the map for good"]


def test_who_comes_back_gets_none():
    figure, lines = drawn([(1.0, 0.0), (3.0, 0.0), (1.0, 0.5)])
    assert len(lines) == 2 and labels(figure) == ["one"]


def test_what_is_no_number_is_drawn_by_no_renderer():
    figure, lines = drawn([(1.0, 0.0), (1e30, 0.0), (np.nan, np.inf)])
    figure.canvas.draw()
    np.testing.assert_allclose(lines[0].get_xydata(), [(1, 0), (2, 0), (np.nan, np.nan)])


def test_of_two_that_leave_with_one_first_step_both_can_be_seen():
    out = np.array([(1.0, 0.0), (30.0, 0.0), (1e9, 0.0)])
    elsewhere = np.array([(1.0, 0.0), (1.0, 0.5), (1.0, 0.6)])
    trails = [
        Trail(colour, colour, path, np.ones(3))
        for colour, path in zip("rgb", (out, elsewhere, 2 * out - [(1.0, 0.0)]))
    ]
    lines = [line for line in hikers(GROUND, trails, 1e-3).axes[0].lines if line.get_gid()]
    width = {
        line.get_color(): line.get_linewidth() for line in lines if line.get_linestyle() == "-"
    }
    cross = {line.get_color(): line.get_markersize() for line in lines if line.get_marker() == "X"}
    assert width["r"] > 2 * width["b"] and width["g"] == width["b"]
    assert list(cross) == ["r", "b"] and cross["r"] > 1.4 * cross["b"]
