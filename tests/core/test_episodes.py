from kuuki.episodes import Episode
from kuuki.times import EPISODE_S


def test_what_goes_on_is_said_once_and_again_after_some_peace():
    trouble = Episode()
    assert [trouble.begins(now) for now in (0.0, 1.0, EPISODE_S)] == [True, False, False]
    assert not trouble.begins(2 * EPISODE_S - 0.1)
    assert trouble.begins(3 * EPISODE_S)
    assert not trouble.begins(3 * EPISODE_S)
