"""Whether the verdicts on the sick trainings hold: answers and slips again and again, with fresh seeds.

    python benchmarks/sick_trainings.py [NAME ...] [--repeats N] [--threads N] [--slips all|sick|none]

Each repeat draws new inputs and new seeds of the trainings, and examines the answer and the slips of each
exercise. An answer must pass, and a slip must be caught, in every one of them; what did not hold is
listed with the seed that repeats it. TensorFlow takes N threads for each operation, and as many operations
at once: the bits of a training change with that, the verdicts must not.
"""

import argparse
import time
from collections import Counter
from pathlib import Path

from coursekit.course.catalogue import exercises_in
from coursekit.grading.examination import Examination
from coursekit.grading.verification import trials_of
from coursekit.grading.warden_rooms import WardenRooms
from coursekit.room.quiet import SETTINGS

ROOT = Path(__file__).parents[1]
SOLUTIONS = ROOT / "solutions"


def chosen(names, slips):
    """The answer and the slips of each exercise; of the slips all, the one that is the stub's, or none."""
    for exercise in exercises_in(SOLUTIONS):
        if exercise.name not in names and (names or not exercise.name.startswith("repair_")):
            continue
        for trial in trials_of(exercise, SOLUTIONS):
            wanted = {
                "all": trial.name != "stub",
                "sick": trial.name == "still_sick",
                "none": False,
            }
            if trial.name == "answer" or wanted[slips]:
                yield trial


def main():
    """Examines, repeat by repeat, and says how often each verdict held."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("names", nargs="*", metavar="NAME")
    parser.add_argument("--repeats", type=int, default=20)
    parser.add_argument("--threads", type=int, default=1)
    parser.add_argument("--slips", choices=["all", "sick", "none"], default="all")
    arguments = parser.parse_args()
    for name in ("TF_NUM_INTRAOP_THREADS", "TF_NUM_INTEROP_THREADS"):
        SETTINGS[name] = str(arguments.threads)
    trials = list(chosen(arguments.names, arguments.slips))
    held, seconds, began = Counter(), Counter(), time.monotonic()
    with WardenRooms() as rooms:
        for seed in range(1, arguments.repeats + 1):
            examination = Examination(rooms, seed, SOLUTIONS, ROOT / "exercises")
            for number, report in examination.of([trial.submission() for trial in trials]):
                trial = trials[number]
                right = report.passed == (trial.name == "answer")
                held[trial.exercise, trial.name == "answer"] += right
                seconds[trial.exercise] += report.seconds
                if not right:
                    why = next((each.says for each in report.checks if each.says), "it passed")
                    print(f"  seed {seed}: {trial.exercise}, {trial.name}: {why}", flush=True)
            print(
                f"repeat {seed} of {arguments.repeats}, {time.monotonic() - began:.0f} s",
                flush=True,
            )
    print(f"\n{arguments.threads} threads")
    for name in dict.fromkeys(trial.exercise for trial in trials):
        slips = sum(trial.exercise == name for trial in trials) - 1
        each = seconds[name] / (arguments.repeats * (slips + 1))
        print(
            f"{name:18} answer passed {held[name, True]} of {arguments.repeats}, "
            f"slips caught {held[name, False]} of {arguments.repeats * slips}, {each:.1f} s each"
        )


if __name__ == "__main__":
    main()
