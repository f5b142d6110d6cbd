"""A log that was altered by hand does not fit itself, and the row that does not is named."""

import json

import pytest

from coursekit.logbook import fitting
from coursekit.logbook.hashes import configuration_hash, digest
from coursekit.logbook.reading import read


def misfits(rows):
    """Name of the question → the sentence on what does not fit, for rows as somebody left them."""
    log = read("\n".join(json.dumps(row) for row in rows).encode())
    questions = {
        name.removeprefix("misfit_of_"): function
        for name, function in vars(fitting).items()
        if name.startswith("misfit_of_")
    }
    found = {name: function(log) for name, function in questions.items()}
    return {name: says for name, says in found.items() if says}


def chained(rows):
    """The rows with all digests made anew: what somebody with a script would do."""
    before = rows[0]["configuration_sha256"] = configuration_hash(rows[0]["configuration"])
    rows[0]["digest"] = digest(rows[0], "")
    for row in rows[1:]:
        row["digest"] = before = digest(row, before)
    return rows


def place(rows, **wanted):
    """The index of the first row with these values."""
    return next(i for i, row in enumerate(rows) if all(row.get(k) == v for k, v in wanted.items()))


def test_a_log_as_the_lab_left_it_fits(rows):
    assert misfits(rows) == {}


@pytest.mark.parametrize("column", ["loss", "loss_after", "probe_loss"])
def test_one_altered_number_is_found_and_its_row_named(rows, column):
    i = place(rows, run=50, step=7)
    rows[i][column] *= 1.001
    found = misfits(rows)
    assert found["digests"].startswith(
        f"Line {i + 1} (run 50, momentum, seed 3, step 7) was altered"
    )


@pytest.mark.parametrize(
    "row, column",
    [
        ({"row": "run", "run": 50}, "test_accuracy"),
        ({"row": "run", "run": 50}, "validation_loss"),
        ({"row": "run", "run": 90}, "norm"),
        ({"row": "rest"}, "losses"),
        ({"row": "step", "run": 3}, "learning_rate"),
    ],
)
def test_an_altered_row_of_any_kind_is_named(rows, row, column):
    i = place(rows, **row)
    rows[i][column] = [1.0] if column == "losses" else rows[i][column] + 0.1
    assert f"Line {i + 1} " in misfits(rows)["digests"]


def test_a_batch_loss_with_all_digests_anew_does_not_fit_its_epoch(rows):
    rows[place(rows, run=50, step=7)]["loss"] *= 1.01
    end = place(rows, row="run", run=50) + 1
    found = misfits(chained(rows))
    assert list(found) == ["history"]
    assert f"Line {end} " in found["history"] and "epoch 2" in found["history"]


def test_an_epoch_mean_with_all_digests_anew_does_not_fit_its_batches(rows):
    rows[place(rows, row="run", run=50)]["history"][3] *= 1.01
    assert "epoch 4" in misfits(chained(rows))["history"]


def test_a_row_that_is_taken_out_is_missed(rows):
    i = place(rows, run=50, step=7)
    del rows[i]
    found = misfits(rows)
    assert f"Line {i + 1} (run 50, momentum, seed 3, step 8) comes after step 6" in found["steps"]
    assert "does not follow the line before it" in found["digests"] and "end" in found
    assert "comes after step 6" in misfits(chained(rows))["steps"]


def test_a_run_that_is_taken_out_is_missed(rows):
    rows = [row for row in rows if row.get("run") != 50]
    assert "comes after run 49" in misfits(rows)["steps"]


def test_a_run_that_is_taken_out_with_everything_counted_anew_was_promised(rows):
    rows = [row for row in rows if row.get("run") != 50]
    for row in rows:
        row["run"] = row.get("run", 0) - (row.get("run", 0) > 50)
    rows[0].pop("run"), rows[-1].pop("run")
    rows[-1] |= {"rows": len(rows), "runs": rows[-1]["runs"] - 1}
    assert misfits(chained(rows)) == {
        "plan": "The race at the chapter learning rates lacks momentum with seed 3, which the "
        "configuration in line 1 promises."
    }


def copied(rows, source, target, **changes):
    """The rows with those of one run in the place of another's."""
    taken = [row for row in rows if row.get("run") == source]
    first = place(rows, run=target)
    for offset, row in enumerate(taken):
        rows[first + offset] = {**row, "run": target, **changes}
    return rows


def test_a_run_copied_over_another_seeds_is_found(rows):
    first = place(rows, run=51) + 1
    found = misfits(copied(rows, 50, 51))
    assert (
        f"Line {first} (run 51" in found["digests"] and "stands in the log twice" in found["steps"]
    )


def test_a_copied_run_under_another_seeds_name_begins_like_the_wrong_seed(rows):
    found = misfits(chained(copied(rows, 50, 51, seed=4)))
    assert list(found) == ["pairs"] and "(run 51, momentum, seed 4)" in found["pairs"]


def test_rows_that_were_exchanged_or_doubled_are_found(rows):
    i = place(rows, run=5, step=9)
    exchanged = [*rows[:i], rows[i + 1], rows[i], *rows[i + 2 :]]
    assert f"Line {i + 1} " in misfits(exchanged)["steps"]
    doubled = [*rows[: i + 1], rows[i], *rows[i + 1 :]]
    assert f"Line {i + 2} " in misfits(doubled)["steps"]


def test_an_altered_configuration_is_found(rows):
    rows[0]["configuration"]["seeds"] = [0, 1, 2]
    assert "Line 1 (the first row) was altered: the hash" in misfits(rows)["digests"]
    found = misfits(chained(rows))
    assert "the configuration in line 1 knows no such run" in found["plan"]


def test_an_altered_hour_or_prediction_is_found(rows):
    rows[0]["predictions"]["oscillates"] = "adam"
    assert "Line 1 (the first row) was altered" in misfits(rows)["digests"]


def test_a_log_that_breaks_off_is_told(rows):
    assert "breaks off after line" in misfits(rows[:-1])["end"]
    assert "breaks off after line" in misfits(rows[: place(rows, run=9)])["end"]


def test_an_accuracy_that_is_no_number_of_images_is_told(rows):
    rows[place(rows, row="run", run=50)]["test_accuracy"] = 0.9912
    assert "297.36 of 300 images" in misfits(chained(rows))["counts"]


def test_a_digest_that_is_missing_is_told(rows):
    del rows[7]["digest"]
    assert "Line 8 " in misfits(rows)["digests"]


def test_a_loss_that_is_not_finite_is_no_misfit(rows):
    for row in rows:
        if row.get("run") == 12 and row["row"] == "step" and row["step"] > 10:
            row["loss"] = None
    rows[place(rows, row="run", run=12)]["history"][2:] = [None, None]
    assert misfits(chained(rows)) == {}


@pytest.mark.parametrize(
    "text, says",
    [
        (b"", "is empty"),
        (b"\xff", "no text|not a text"),
        (b"{", "Line 1 .* no row"),
        (b"[1]", "Line 1 .* no row"),
        (b'{"row": "cell"}', "Line 1 .* no row"),
        (
            b'{"row": "end", "rows": 1, "runs": 0, "missing": []}',
            "Line 1 .* should be the row of the lab",
        ),
        (
            b'{"row": "end", "rows": "1", "runs": 0, "missing": []}',
            "lacks rows, or it is not of its kind",
        ),
    ],
)
def test_what_is_no_log_is_one_sentence(text, says):
    with pytest.raises(ValueError, match=says):
        read(text)


def test_a_row_that_lost_a_column_is_one_sentence(rows):
    del rows[4]["seed"]
    with pytest.raises(ValueError, match="Line 5 .* lacks seed"):
        misfits(rows)
