"""However many files there are: what fits into them fits, with a part left over for what runs."""

from hypothesis import given
from hypothesis import strategies as st

from kuuki.capacity import Capacity
from kuuki.limits import (
    CONNECTION_FILES,
    CONNECTIONS,
    CONNECTIONS_PER_ADDRESS,
    FILES,
    FILES_RESERVED,
    HEALTH_CONNECTIONS,
    IDLE_CONNECTIONS,
    LINES,
    LINES_PER_ADDRESS,
    PEERS_PER_GATEWAY,
    WATCHERS_PER_ADDRESS,
    WATCHERS_PER_GATEWAY,
)

files = st.one_of(st.integers(16, 5000), st.integers(16, FILES))


@given(files, st.integers(0, 20))
def test_all_of_it_together_leaves_what_runs_its_part(open_files, addresses):
    fits = Capacity.of(open_files, addresses)
    taken = fits.sockets + CONNECTION_FILES * fits.connections.in_all
    assert taken <= open_files - min(FILES_RESERVED, open_files // 2)
    assert fits.health.in_all <= min(FILES_RESERVED, open_files // 2) / 4
    assert fits.peers * max(1, addresses) <= fits.sockets


@given(files, st.integers(1, 20))
def test_no_cap_is_more_than_one_process_takes_anyway_nor_nothing(open_files, addresses):
    fits = Capacity.of(open_files, addresses)
    assert fits.peers <= PEERS_PER_GATEWAY
    assert 1 <= fits.connections.in_all <= CONNECTIONS
    assert 1 <= fits.connections.per_address <= CONNECTIONS_PER_ADDRESS
    assert 1 <= fits.connections.idle <= IDLE_CONNECTIONS
    assert 1 <= fits.watchers <= WATCHERS_PER_GATEWAY
    assert 1 <= fits.lines <= LINES
    assert 1 <= fits.health.in_all <= HEALTH_CONNECTIONS


@given(st.integers(128, FILES))
def test_streams_and_lines_leave_room_for_who_asks_something(open_files):
    fits = Capacity.of(open_files)
    assert fits.watchers + fits.lines < fits.connections.in_all


@given(files, st.integers(1, 500), st.integers(1, 20))
def test_more_files_are_never_less_room(open_files, more, addresses):
    less, fits = Capacity.of(open_files, addresses), Capacity.of(open_files + more, addresses)
    assert fits.sockets >= less.sockets
    assert fits.peers >= less.peers


def test_where_there_are_enough_files_they_are_no_limit():
    fits = Capacity.of(FILES, 4)
    assert fits.is_whole
    assert (fits.sockets, fits.peers) == (4 * PEERS_PER_GATEWAY, PEERS_PER_GATEWAY)
    assert (fits.watchers, fits.lines) == (WATCHERS_PER_GATEWAY, LINES)
    assert (fits.connections.in_all, fits.connections.per_address) == (CONNECTIONS, CONNECTIONS_PER_ADDRESS)


def test_a_peer_costs_a_file_for_each_address():
    """1,024 files: what a shell gives."""
    one, three = Capacity.of(1024), Capacity.of(1024, 3)
    assert (one.peers, three.peers) == (448, 149)
    assert one.sockets == three.sockets == 448
    assert one.connections.in_all == 224
    assert not one.is_whole


def test_streams_and_lines_of_one_address_are_half_of_its_connections():
    assert WATCHERS_PER_ADDRESS + LINES_PER_ADDRESS <= CONNECTIONS_PER_ADDRESS / 2
