"""The student's edition of an answer: everything but what is to be written."""

import re

BEGIN, INSTEAD, END = "# BEGIN SOLUTION", "# INSTEAD", "# END SOLUTION"


def cut(answer):
    """Replaces each block between the markers by one line that says it is still to be written.

    A block may hold, after a line `# INSTEAD`, what the stub has in its place, as comments: so does an
    exercise whose stub is something that is to be repaired.

    Args:
        answer: the text of a file in which blocks stand between `# BEGIN SOLUTION` and
            `# END SOLUTION`, each marker on a line of its own, all at one indent.

    Returns:
        The text of the stub.

    Raises:
        ValueError: there is no block, or one does not begin, end or stand as it should.

    Example:
        >>> print(cut("def f(x):\\n    # BEGIN SOLUTION\\n    return 2 * x\\n    # END SOLUTION\\n"))
        def f(x):
            raise NotImplementedError("f: not written yet")
        >>> print(cut("# BEGIN SOLUTION\\nx = 1\\n# INSTEAD\\n# x = 2\\n# END SOLUTION\\n"))
        x = 2
    """
    stub, begun, blocks, instead = [], None, 0, None
    for number, line in enumerate(answer.splitlines(), 1):
        text, indent = line.strip(), len(line) - len(line.lstrip())
        if text == BEGIN:
            if begun:
                raise ValueError(
                    f"Line {number}: a block begins inside the one of line {begun[0]}."
                )
            begun, blocks, instead = (number, indent), blocks + 1, None
        elif text == END:
            if not begun or begun[1] != indent:
                raise ValueError(
                    f"Line {number}: {END} ends no block that begins at its own indent."
                )
            stub += _in_its_place(stub, indent) if instead is None else instead
            begun = None
        elif text == INSTEAD and begun:
            instead = []
        elif instead is not None and begun:
            if not re.match(r" *#( |$)", line):
                raise ValueError(
                    f"Line {number}: what stands after {INSTEAD} is written as comments."
                )
            instead.append(re.sub(r"# ?", "", line, count=1).rstrip())
        elif not begun:
            stub.append(line)
    if begun or not blocks:
        where = f"The block of line {begun[0]} does not end" if begun else "There is no block"
        raise ValueError(f"{where}: put what is to be cut between {BEGIN} and {END}.")
    return "\n".join(stub) + "\n"


def without_markers(answer):
    """The answer as one would hand it in: without markers, and without what the stub has instead."""
    kept, instead = [], False
    for line in answer.splitlines():
        text = line.strip()
        instead = text == INSTEAD or instead and text != END
        if not instead and text not in (BEGIN, END):
            kept.append(line)
    return "\n".join(kept) + "\n"


def _in_its_place(before, indent):
    """What stands in the stub for a block at this indent: in a class whose methods are cut, a hint."""
    for line in reversed(before):
        found = re.match(r"( *)(def|class) (\w+)", line)
        if found and len(found[1]) < indent:
            if found[2] == "def":
                return [" " * indent + f'raise NotImplementedError("{found[3]}: not written yet")']
            break
    return [" " * indent + "# Not written yet: the methods of this class are yours."]
