"""The gateway's parts: each is given what it needs when it is made, and docs/architecture.md draws what that is."""

import ast
import inspect
from pathlib import Path
from typing import Any

from services.signal.gateway import composition

ARCHITECTURE = Path(__file__).parents[2] / "docs" / "architecture.md"


def class_of(call):
    """The name of the class that a call makes one of; None if it is another call."""
    made = call.func.value if isinstance(call.func, ast.Subscript) else call.func
    return made.id if isinstance(made, ast.Name) and made.id[0].isupper() else None


def parts_of(function):
    """The parts that it makes, each with the parts that it is given, in the order in which they are made."""
    makers, parts = {}, {}

    def given(node):
        """The parts in an argument: those that it names, and one that is made there."""
        if isinstance(node, ast.Call) and class_of(node) is not None:
            return [make(node)]
        names = [each.id for each in ast.walk(node) if isinstance(each, ast.Name)]
        return [makers[name] for name in names if name in makers]

    def make(call):
        arguments = [*call.args, *(keyword.value for keyword in call.keywords)]
        parts[class_of(call)] = [part for argument in arguments for part in given(argument)]
        return class_of(call)

    definition: Any = ast.parse(inspect.getsource(function)).body[0]
    for line in definition.body:
        if isinstance(line, ast.Assign | ast.Return) and isinstance(line.value, ast.Call) and class_of(line.value):
            made = make(line.value)
            makers |= {target.id: made for target in getattr(line, "targets", ())}
    return parts


def drawn(parts):
    """A line for each part that is given others."""
    width = max(map(len, parts))
    return "\n".join(f"{part:{width}} ─► {', '.join(dict.fromkeys(given))}" for part, given in parts.items() if given)


def test_the_architecture_draws_what_each_part_is_given():
    shown = drawn(parts_of(composition.make_hub))
    assert shown in ARCHITECTURE.read_text(), f"paste into docs/architecture.md:\n{shown}"


def test_no_part_reaches_one_that_is_made_after_it():
    tree = ast.parse(inspect.getsource(composition.make_hub))
    assert not [node for node in ast.walk(tree) if isinstance(node, ast.Lambda)], "it could name a later part"
    targets = [target for node in ast.walk(tree) if isinstance(node, ast.Assign) for target in node.targets]
    assert not [target for target in targets if isinstance(target, ast.Attribute)], "it is set after construction"
    assert list(parts_of(composition.make_hub))[-1] == "Hub"
