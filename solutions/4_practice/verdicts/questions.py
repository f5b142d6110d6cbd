"""The question paper of verdicts."""


def steps(student, curve, target):
    return student.steps_to_target(curve, target)


def wavering(student, curve):
    return student.zigzag(curve)


def interval(student, a, b, **level):
    return list(student.paired_interval(a, b, **level))


def judges(student, a, b):
    return student.verdict(a, b)


def trials(student, pairs):
    """The verdicts on many pairs of one distribution, whose difference is nothing but chance."""
    return [student.verdict(list(map(float, a)), list(map(float, b))) for a, b in pairs]
