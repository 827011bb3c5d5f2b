"""Every fault of the table is on the stand and has a short form in the suite."""

import re
from pathlib import Path

from loadtests.faults.__main__ import FAULTS, PAGE

FAULTS_OF_THE_TABLE = set(range(1, 21))
_ROW = re.compile(r"^\| (\d+)(?:–(\d+))? \| (.*`tests/.*) \|$", re.MULTILINE)
_TEST = re.compile(r"`(tests/[\w/]+\.py)(?:::(\w+))?`")
_ROOT = Path(__file__).resolve().parents[2]


def test_every_fault_is_on_the_stand():
    assert set(FAULTS) >= FAULTS_OF_THE_TABLE


def test_every_fault_has_a_short_form():
    rows = _ROW.findall(PAGE.read_text())
    numbers = [number for first, last, _ in rows for number in range(int(first), int(last or first) + 1)]
    assert sorted(numbers) == sorted(FAULTS_OF_THE_TABLE)
    for _, _, where in rows:
        named = _TEST.findall(where)
        assert named
        for path, test in named:
            assert f"def {test}(" in (_ROOT / path).read_text() if test else (_ROOT / path).exists()
