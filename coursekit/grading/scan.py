"""Finds ready-made things in the text of a submission, with their lines; nothing is run.

Only what the asked-for functions can reach counts: a demonstration below
`if __name__ == "__main__":` or a self-made test may compare with Keras's own classes.
"""

import ast

from coursekit.room.ready_made import METHODS, OTHERS, OWN, is_ready_made

MOST_NAMES = 30  # that stand for one another in a row
_LOOKUPS = {"get", "deserialize"}
_SHORT = {"tf": "tensorflow"}


def ready_made_in(source, entries, groups):
    """Pairs (line, name) of the ready-made things that the entries can reach, in order.

    Args:
        source: the text of a submission, which parses.
        entries: the names of the functions and classes that the exercise asks for.
        groups: what is closed for this exercise; see `coursekit.room.ready_made.GROUPS`.
    """
    tree = ast.parse(source)
    definitions = _definitions(tree)
    known = {}  # what names at the top of the file mean, found once
    reached, ahead = set(), list(entries)
    found = set()
    while ahead:
        name = ahead.pop()
        if name in reached:
            continue
        reached.add(name)
        for node in definitions.get(name, ()):
            names = _Names(definitions, known, groups)
            names.visit(node)
            found |= names.found
            ahead += names.used
    return sorted(found)


def _definitions(tree):
    """Name → the statements at the top of the file that give it a meaning."""
    given = {}

    def walk(statements):
        for node in statements:
            if isinstance(node, ast.If):
                if not _is_main(node):
                    walk(node.body + node.orelse)
            elif isinstance(node, (ast.Try, ast.With, ast.For, ast.While)):
                handlers = [each for h in getattr(node, "handlers", ()) for each in h.body]
                walk(node.body + handlers + getattr(node, "orelse", []))
                walk(getattr(node, "finalbody", []))
            elif isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)):
                given.setdefault(node.name, []).append(node)
            elif isinstance(node, (ast.Import, ast.ImportFrom)):
                for alias in node.names:
                    name = alias.asname or alias.name.partition(".")[0]
                    given.setdefault(name, []).append(node)
            elif isinstance(node, (ast.Assign, ast.AnnAssign, ast.AugAssign)):
                targets = node.targets if isinstance(node, ast.Assign) else [node.target]
                for target in targets:
                    for each in ast.walk(target):
                        if isinstance(each, ast.Name):
                            given.setdefault(each.id, []).append(node)

    walk(tree.body)
    return given


def _is_main(node):
    test = node.test
    return (
        isinstance(test, ast.Compare)
        and isinstance(test.left, ast.Name)
        and test.left.id == "__name__"
    )


class _Names(ast.NodeVisitor):
    """Collects, in one statement, the names that it uses and the ready-made things it names."""

    def __init__(self, definitions, known, groups):
        self.definitions, self.known, self.groups = definitions, known, groups
        self.meanings = {}  # of names that are given inside the statement
        self.open = 0  # names whose meaning is being looked for
        self.used, self.found = set(), set()

    def visit_Import(self, node):
        for alias in node.names:
            top = alias.name.partition(".")[0]
            self.meanings[alias.asname or top] = alias.name if alias.asname else top
            if top in OTHERS | {"coursekit"}:
                self._judge(alias.name, node)

    def visit_ImportFrom(self, node):
        for alias in node.names:
            whole = f"{node.module}.{alias.name}"
            self.meanings[alias.asname or alias.name] = whole
            if alias.name != "*":
                self._judge(whole, node)

    def visit_FunctionDef(self, node):
        outside = self.meanings
        own = dict.fromkeys(_own_names(node))  # a name of its own hides one of the file
        self.meanings = {**outside, **own}
        self.generic_visit(node)
        self.meanings = outside

    visit_AsyncFunctionDef = visit_FunctionDef

    def visit_Name(self, node):
        if node.id not in self.meanings:
            self.used.add(node.id)

    def visit_Assign(self, node):
        self.generic_visit(node)
        meaning = self._dotted(node.value)
        if meaning:
            for target in node.targets:
                if isinstance(target, ast.Name):
                    self.meanings[target.id] = meaning

    def visit_Attribute(self, node):
        name = self._dotted(node)
        if name:
            self._judge(name, node)
        of_model = isinstance(node.value, ast.Name) and node.value.id == "model"
        if "fit" in self.groups and of_model and node.attr in METHODS["fit"]:
            self.found.add((node.lineno, f"model.{node.attr}"))
        self.generic_visit(node)

    def visit_Call(self, node):
        name = self._dotted(node)
        if name:
            self._judge(name, node)
        called = self._dotted(node.func)
        if called and called.rpartition(".")[2] in _LOOKUPS and is_lookup(called, self.groups):
            self.found.add((node.lineno, called))
        self.generic_visit(node)

    def _judge(self, name, node):
        name = canonical(name)
        top, *rest = name.split(".")
        if top == "coursekit" and not (rest and rest[0] in OWN):
            return
        if name.rpartition(".")[2] in _LOOKUPS:
            return
        if is_ready_made(name, self.groups):
            self.found.add((node.lineno, name))

    def _dotted(self, node):
        """The whole dotted name that an expression stands for, as far as it can be read off."""
        if isinstance(node, ast.Name):
            return self._meaning(node.id)
        if isinstance(node, ast.Attribute):
            before = self._dotted(node.value)
            return f"{before}.{node.attr}" if before else None
        if isinstance(node, ast.Call) and node.args:
            function = self._dotted(node.func) or ""
            texts = [each.value for each in node.args if isinstance(each, ast.Constant)]
            if function == "getattr" and len(texts) and isinstance(texts[0], str):
                before = self._dotted(node.args[0])
                return f"{before}.{texts[0]}" if before else None
            if function in ("__import__", "importlib.import_module") and texts:
                return texts[0] if isinstance(texts[0], str) else None
        return None

    def _meaning(self, name):
        if name in self.meanings:
            return self.meanings[name]
        if name in self.known:
            return self.known[name]
        if self.open > MOST_NAMES:
            return None
        self.known[name] = None  # against a name that is its own meaning
        self.open += 1
        self.known[name] = self._given(name)
        self.open -= 1
        return self.known[name]

    def _given(self, name):
        for node in self.definitions.get(name, ()):
            if isinstance(node, ast.Import):
                for alias in node.names:
                    top = alias.name.partition(".")[0]
                    if (alias.asname or top) == name:
                        return alias.name if alias.asname else top
            if isinstance(node, ast.ImportFrom):
                for alias in node.names:
                    if (alias.asname or alias.name) == name:
                        return f"{node.module}.{alias.name}"
            if isinstance(node, ast.Assign) and node.value is not None:
                meaning = self._dotted(node.value)
                if meaning:
                    return meaning
        return name if name in ("getattr", "__import__") else None


def _own_names(function):
    """The names that a function gives a meaning of its own: its arguments, and what it assigns to."""
    arguments = function.args
    every = [*arguments.posonlyargs, *arguments.args, *arguments.kwonlyargs]
    every += [each for each in (arguments.vararg, arguments.kwarg) if each]
    names = {each.arg for each in every}
    for node in ast.walk(function):
        if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store):
            names.add(node.id)
    for node in ast.walk(function):
        if isinstance(node, ast.Global):
            names -= set(node.names)
    return names


def is_lookup(name, groups):
    """Whether a function such as keras.losses.get fetches what is closed."""
    place = canonical(name).rpartition(".")[0]
    return is_ready_made(f"{place}.Anything", groups)


def canonical(name):
    """The public name of a thing that has several: keras.src.…, tensorflow.keras.…, tf.compat.v1.…

    Example:
        >>> canonical("tensorflow.keras.losses.MeanSquaredError")
        'keras.losses.MeanSquaredError'
        >>> canonical("keras.src.losses.losses.MeanSquaredError")
        'keras.losses.MeanSquaredError'
    """
    parts = name.split(".")
    parts[0] = _SHORT.get(parts[0], parts[0])
    if parts[:2] == ["tensorflow", "keras"]:
        parts = parts[1:]
    if parts[0] == "tensorflow" and parts[1:2] and parts[1] in ("losses", "metrics", "optimizers"):
        parts = ["keras", *parts[1:]]
    for private in (["tensorflow", "compat", "v1"], ["tensorflow", "compat", "v2"]):
        if parts[:3] == private:
            parts = ["tensorflow", *parts[3:]]
    if parts[:2] == ["tensorflow", "python"] and len(parts) > 3:
        raw = parts[-1].title().replace("_", "")
        parts = (
            ["tensorflow", "raw_ops", raw] if "gen_" in name else ["tensorflow", "nn", parts[-1]]
        )
    if parts[0] == "keras" and len(parts) > 1 and parts[1] in ("api", "_tf_keras"):
        parts = ["keras", *[each for each in parts[2:] if each != "keras"]]
    if parts[:2] == ["keras", "src"] and len(parts) > 3:
        place = "ops" if parts[2] in ("ops", "backend") else parts[2]
        parts = ["keras", place, parts[-1]]
    return ".".join(parts)
