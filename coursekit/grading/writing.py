"""Reports as files: JSON and JUnit's XML, written whole or not at all."""

import json
import os
import tempfile
from pathlib import Path
from xml.etree import ElementTree

from coursekit.grading.report import ERROR, PASS, harmless, writable


def as_json(reports):
    """A list with one object for each file."""
    rows = [report.row() for report in reports]
    return json.dumps(rows, indent=2, ensure_ascii=False, allow_nan=False) + "\n"


def as_junit(reports):
    """A test suite for each file, a test case for each check: what continuous integration reads."""
    root = ElementTree.Element("testsuites", name="coursekit")
    for report in reports:
        skipped = bool(report.needs)
        failures = sum(each.verdict not in (PASS, ERROR) for each in report.checks) * (not skipped)
        errors = sum(each.verdict == ERROR for each in report.checks)
        suite = ElementTree.SubElement(
            root,
            "testsuite",
            name=harmless(writable(report.exercise)),
            file=harmless(writable(report.file)),
            tests=str(len(report.checks)),
            failures=str(failures),
            errors=str(errors),
            time=f"{report.seconds:.3f}",
        )
        for each in report.checks:
            case = ElementTree.SubElement(
                suite, "testcase", name=each.name, classname=suite.get("name"), time="0"
            )
            if skipped:
                ElementTree.SubElement(case, "skipped", message=report.needs)
            elif each.verdict != PASS:
                kind = "error" if each.verdict == ERROR else "failure"
                message = f"Does not hold yet: {each.sentence}"
                part = ElementTree.SubElement(case, kind, message=message, type=each.verdict)
                part.text = harmless(each.says)
    ElementTree.indent(root)
    return ElementTree.tostring(root, encoding="unicode", xml_declaration=True) + "\n"


def write_whole(path, text):
    """Writes a file so that it is there whole or, if anything fails, as it was before.

    Raises:
        OSError: it cannot be written.
    """
    path = Path(path)
    if path.exists() and not path.is_file():  # a pipe, a device: nothing to replace
        path.write_text(text, encoding="utf-8")
        return
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}-")
    try:
        with open(handle, "w", encoding="utf-8") as file:
            file.write(text)
        os.chmod(name, 0o644)
        os.replace(name, path)
    except BaseException:
        os.unlink(name)
        raise


def refuse_unwritable(path):
    """Finds out before the work, not after it, that a file cannot be written.

    Raises:
        ValueError: it cannot.
    """
    path = Path(path)
    try:
        if path.is_dir():
            raise IsADirectoryError(None, "it is a folder")
        with tempfile.TemporaryFile(dir=path.parent):
            pass
    except OSError as error:
        raise ValueError(f"{path} cannot be written: {error.strerror}.") from error
