"""No module imports itself by way of others, not even for its types alone."""

from graphlib import CycleError, TopologicalSorter
from itertools import pairwise

import grimp
import pytest


def circle(imports: dict[str, set[str]]) -> list[str]:
    """The modules of a circle, each imported by the one before it, the first again at the end; empty if there is none.

    ``imports``: of each module those that it imports.
    """
    try:
        TopologicalSorter(imports).prepare()
    except CycleError as error:
        return list(reversed(error.args[1]))
    return []


def test_no_module_imports_itself_by_way_of_others():
    graph = grimp.build_graph("kuuki", "services", "client", "models", cache_dir=None)
    found = circle({module: graph.find_modules_directly_imported_by(module) for module in graph.modules})
    assert not found, " → ".join(found)


@pytest.mark.parametrize(
    ("imports", "found"),
    [({"a": {"b"}, "b": {"c"}}, []), ({"a": {"b"}, "b": {"c"}, "c": {"a"}, "d": {"a"}}, ["a", "b", "c"])],
)
def test_a_circle_is_found_and_shown_in_the_order_of_its_imports(imports, found):
    shown = circle(imports)
    assert sorted(shown[1:]) == found
    assert all(after in imports[before] for before, after in pairwise(shown))
