"""No file is long without saying why at its head ("Long because …"): a reader should see one thing at a time."""

import pytest

from tests.deploy.sizes import HERE, MOST_LINES, Spread, function_lines, says_why, spread, table, too_long


def test_no_file_is_long_without_a_reason():
    assert too_long(HERE) == []


@pytest.mark.parametrize(
    ("name", "text", "is_said"),
    [
        ("a.py", '"""A table.\n\nLong because it is one table.\n"""\n', True),
        ("a.py", '"""A table."""\n# Long because nobody looks here.\n', False),
        ("a.py", '"""It is not long because of this."""\n', False),
        ("a.ts", "// A table.\n// Long because it is one table.\nconst a = 1;\n", True),
        ("a.ts", "/**\n * Long because it is one table.\n */\nconst a = 1;\n", True),
        ("a.ts", "const a = 1;\n// Long because nobody looks here.\n", False),
    ],
)
def test_the_reason_stands_at_the_head(name, text, is_said, tmp_path):
    path = tmp_path / name
    path.write_text(text)
    assert says_why(path) == is_said


def test_a_long_file_is_found(tmp_path):
    folder = tmp_path / "kuuki"
    folder.mkdir()
    (folder / "long.py").write_text('"""Too long."""\n' + "A = 1\n" * MOST_LINES)
    (folder / "full.py").write_text('"""Just not."""\n' + "A = 1\n" * (MOST_LINES - 1))
    assert too_long(tmp_path) == ["kuuki/long.py"]


def test_a_function_is_as_long_as_its_body(tmp_path):
    path = tmp_path / "a.py"
    path.write_text('def f(\n    a,\n):\n    """Said."""\n    b = a\n    return b\n\n\ndef g():\n    """Nothing."""\n')
    assert list(function_lines(path)) == [2, 1]


def test_percentiles_are_by_nearest_rank():
    assert spread(list(range(1, 201))) == Spread(200, 100, 198, 200)


def test_the_table_has_a_row_for_each_kind():
    lines = table(HERE).splitlines()
    assert [line.count("|") for line in lines] == [6] * 5
