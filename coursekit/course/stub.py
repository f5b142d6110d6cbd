"""The student's edition of an answer: everything but what is to be written."""

import re

BEGIN, END = "# BEGIN SOLUTION", "# END SOLUTION"


def cut(answer):
    """Replaces each block between the markers by one line that says it is still to be written.

    Args:
        answer: the text of a file in which blocks stand between `# BEGIN SOLUTION` and
            `# END SOLUTION`, each marker on a line of its own, both at one indent.

    Returns:
        The text of the stub.

    Raises:
        ValueError: there is no block, or one does not begin, end or stand as it should.

    Example:
        >>> print(cut("def f(x):\\n    # BEGIN SOLUTION\\n    return 2 * x\\n    # END SOLUTION\\n"))
        def f(x):
            raise NotImplementedError("f: not written yet")
    """
    stub, begun, blocks = [], None, 0
    for number, line in enumerate(answer.splitlines(), 1):
        text, indent = line.strip(), len(line) - len(line.lstrip())
        if text == BEGIN:
            if begun:
                raise ValueError(
                    f"Line {number}: a block begins inside the one of line {begun[0]}."
                )
            begun, blocks = (number, indent), blocks + 1
            stub += _in_its_place(stub, indent)
        elif text == END:
            if not begun or begun[1] != indent:
                raise ValueError(
                    f"Line {number}: {END} ends no block that begins at its own indent."
                )
            begun = None
        elif not begun:
            stub.append(line)
    if begun or not blocks:
        where = f"The block of line {begun[0]} does not end" if begun else "There is no block"
        raise ValueError(f"{where}: put what is to be cut between {BEGIN} and {END}.")
    return "\n".join(stub) + "\n"


def _in_its_place(before, indent):
    """What stands in the stub for a block at this indent: in a class whose methods are cut, a hint."""
    for line in reversed(before):
        found = re.match(r"( *)(def|class) (\w+)", line)
        if found and len(found[1]) < indent:
            if found[2] == "def":
                return [" " * indent + f'raise NotImplementedError("{found[3]}: not written yet")']
            break
    return [" " * indent + "# Not written yet: the methods of this class are yours."]
