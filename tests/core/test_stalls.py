"""The witness of stalls: what it counts as one, and what not."""

import pytest

from tests.stalls import STALL_S, STEP_S, Witness


class Machine:
    """A clock, and a sleep that takes ``late_s`` longer than it should."""

    def __init__(self) -> None:
        self.at_s, self.late_s = 100.0, 0.0

    def now(self) -> float:
        return self.at_s

    def sleep(self, seconds: float) -> None:
        self.at_s += seconds + self.late_s


@pytest.mark.parametrize(("late_s", "is_stall"), [(0.0, False), (STALL_S - 0.01, False), (STALL_S + 0.01, True)])
def test_who_oversleeps_by_much_saw_a_stall(late_s, is_stall):
    machine = Machine()
    witness = Witness(machine.now, machine.sleep)
    machine.late_s = late_s
    witness.look()
    machine.late_s = 0.0
    witness.look()
    assert witness.saw_a_stall() is is_stall
    assert machine.at_s == pytest.approx(100 + 2 * STEP_S + late_s)


def test_what_was_before_an_attempt_is_forgotten():
    machine = Machine()
    witness = Witness(machine.now, machine.sleep)
    machine.late_s = 1.0
    witness.look()
    witness.forget()
    assert not witness.saw_a_stall()
