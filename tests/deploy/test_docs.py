"""What the documentation names is there, and its figures are those of the code."""

import re

import pytest
import typer.main
from typer.testing import CliRunner

from kuuki import limits, times
from kuuki.mood.mix import LENGTHS
from services.launch.__main__ import app
from services.runtime.metrics import Metrics
from services.runtime.redis.problems import Problem
from services.runtime.settings import Settings
from tests.deploy.tools import ROOT, read

PAGES = {
    str(path.relative_to(ROOT)): path.read_text()
    for path in [*sorted((ROOT / "docs").rglob("*.md")), ROOT / "CONTRIBUTING.md"]
}
EACH_PAGE = pytest.mark.parametrize("page", PAGES)
COMMANDS = typer.main.get_group(app).commands

COMPOSE_DRAIN_S = int(read("compose.yaml")["services"]["signal-1"]["environment"]["KUUKI_DRAIN_S"])
NO_METRICS = {"kuuki_client"}
NO_REASONS = {
    *("appendfsync", "always", "maxmemory", "mem_clients_normal", "appendonlydir", "schema"),  # what stores call theirs
    *("dmesg", "turnutils_stunclient", "kuuki", "signal", "monitoring"),  # programs and namespaces
    *("change", "drop", "admin", "turn", "grafana", "redis_admin_password"),  # of deploy/secrets.sh
    *("default", "probe", "masterauth", "everysec"),  # of Redis
}
NO_SETTINGS = {"KUUKI_TAG", "KUUKI_ROOM_SECRET", "KUUKI_ADDRESS", "KUUKI_NAME"}
"""Read by the headless client, and by compose files."""


def test_pages_are_found():
    assert len(PAGES) > 20


@EACH_PAGE
def test_metrics_exist_and_so_do_the_labels_that_are_named(page):
    samples = [sample for family in Metrics().registry.collect() for sample in family.samples]
    names = {sample.name for sample in samples} - {
        sample.name for sample in samples if sample.name.endswith("_created")
    }
    labels = {(sample.name, name, value) for sample in samples for name, value in sample.labels.items()}
    for name, said in re.findall(r"\b(kuuki_[a-z_]+[a-z])(?:\{([^}`]*)\})?", PAGES[page]):
        assert name in NO_METRICS or {name, f"{name}_bucket"} & names, name
        for label, value in re.findall(r'(\w+)="(\w+)"', said):
            assert (name, label, value) in labels


def test_reasons_in_operations_are_those_of_metrics_and_the_log():
    known = {
        value for family in Metrics().registry.collect() for each in family.samples for value in each.labels.values()
    }
    known |= {problem.value for problem in Problem} | {
        sample.name for family in Metrics().registry.collect() for sample in family.samples
    }
    said = set(re.findall(r"`([a-z_]+)`", PAGES["docs/operations.md"]))
    assert said - known <= NO_REASONS


@EACH_PAGE
def test_variables_are_settings(page):
    settings = {f"KUUKI_{name.upper()}" for name in Settings.model_fields}
    assert set(re.findall(r"\bKUUKI_[A-Z_]+[A-Z]", PAGES[page])) <= settings | NO_SETTINGS


@EACH_PAGE
def test_make_can_make_it(page):
    targets = re.findall(r"^([a-z-]+):.*## ", (ROOT / "Makefile").read_text(), re.MULTILINE)
    assert set(re.findall(r"`make ([a-z-]+)", PAGES[page])) <= set(targets)


@EACH_PAGE
def test_commands_have_the_options_that_are_named(page):
    for command, line in re.findall(r"(?<!-n )\bkuuki (\w+)((?: [^`\n|;&]*)?)", PAGES[page]):
        options = re.findall(r"(?<!\S)--[a-z-]+", line)
        if not options:
            continue  # a sentence, perhaps
        whole, words = COMMANDS[command], iter(line.split())
        while hasattr(whole, "commands"):
            whole = whole.commands[next(words)]
        parameters = whole.params
        assert set(options) <= {name for each in parameters for name in (*each.opts, *each.secondary_opts)}


@EACH_PAGE
def test_links_lead_somewhere(page):
    for target, anchor in re.findall(r"\]\((?!https?:)([^)#\s]*)#?([^)\s]*)\)", PAGES[page]):
        path = ((ROOT / page).parent / target).resolve() if target else ROOT / page
        assert path.exists(), target
        if anchor:
            headings = re.findall(r"^#+ (.+)$", path.read_text(), re.MULTILINE)
            assert anchor in {re.sub(r"[^\w\- ]", "", each.lower()).replace(" ", "-") for each in headings}


@EACH_PAGE
def test_files_of_the_checkout_are_there(page):
    tops = "kuuki|services|client|models|tests|loadtests|deploy|k8s|docs"
    for path in re.findall(rf"`((?:{tops})/[\w./-]+\.\w+)(?:::\w+)?`", PAGES[page]):
        assert (ROOT / path).exists() or "NAME" in path or path.startswith("deploy/secrets/"), path


def test_the_help_says_all_that_was_written():
    """Rich takes words in brackets for markup, and leaves them out."""
    for name, command in COMMANDS.items():
        if not hasattr(command, "commands"):
            said = CliRunner().invoke(app, [name, "--help"], env={"COLUMNS": "400", "TERMINAL_WIDTH": "400"}).output
            words = " ".join(re.sub(r"[│╭╮╰╯─]", " ", said).split())
            for each in command.params:
                assert getattr(each, "hidden", False) or (getattr(each, "help", "") or "") in words


FIGURES = [
    (
        "docs/protocol.md",
        r"answers (\d+) joins a second, and (\d+) at once\. More wait for their turn, up to (\d+) s and up to (\d+)",
        (limits.JOINS_PER_S, limits.JOINS_BURST, times.JOIN_WAIT_S, limits.JOINS_WAITING),
    ),
    (
        "docs/protocol.md",
        r"check must have come within (\d+) s, and the channel must be open within (\d+) s",
        (times.OFFER_CHECKED_S, times.PENDING_OFFER_S),
    ),
    (
        "docs/protocol.md",
        r"holds (\d+) pending offers; .* not checked for (\d+) s, .* not opened for (\d+) s",
        (limits.PENDING_PER_GATEWAY, times.OFFER_SURE_S, times.JOIN_PATIENCE_S),
    ),
    (
        "docs/protocol.md",
        r"at most (\d+) bytes from a client, (\d+) from",
        (limits.FRAME_BYTES, limits.MIX_FRAME_BYTES),
    ),
    (
        "docs/protocol.md",
        r"sends (\d+) malformed frames is closed\. A peer may send (\d+) frames a second and (\d+) at once",
        (limits.MALFORMED_FRAMES, limits.FRAMES_PER_S, limits.FRAMES_BURST),
    ),
    ("docs/protocol.md", r"up to (\d+) a second per participant", (limits.TAPS_PER_S,)),
    (
        "docs/protocol.md",
        r"in (\d+) s is cut; .* At most (\d+) streams an address and ([\d,]+) a gateway",
        (times.SILENT_READER_S, limits.WATCHERS_PER_ADDRESS, limits.WATCHERS_PER_GATEWAY),
    ),
    ("docs/protocol.md", r"an event for (\d+) s has a comment", (times.STREAM_KEEP_ALIVE_S,)),
    ("docs/protocol.md", r"heard nothing for (\d+) s asks anew", (times.STREAM_SILENT_S,)),
    ("docs/protocol.md", r"`active`, at most (\d+) candidates", (limits.SDP_CANDIDATES,)),
    (
        "docs/protocol.md",
        r"`min_group` is (\d+) unless the room was made with another one, from (\d+) to (\d+);",
        (limits.MIN_GROUP, limits.MIN_GROUP_LEAST, limits.MIN_GROUP_MAX),
    ),
    ("docs/protocol.md", r"and a `min_group` below (\d+) are possible only where", (limits.MIN_GROUP_LEAST,)),
    (
        "docs/protocol.md",
        r"either the last one came (\d+) s ago or .* know the even one, or (\d+) s later"
        r".* believes a step for ([\d.]+) s",
        (times.MOMENT_S, times.MOMENT_CLOSES_S, times.STEP_KNOWN_S),
    ),
    ("docs/protocol.md", r"heard no mix for ([\d.]+) s, both", (times.READER_GONE_S,)),
    ("docs/protocol.md", r"A face that is not read for up to (\d+) s is in a set", (times.HELD_S,)),
    ("docs/protocol.md", r"They are (\d+), (\d+), (\d+), (\d+) or (\d+): groups", LENGTHS),
    ("docs/protocol.md", r"A notice has at most (\d+) seats", (limits.NOTICE_SEATS,)),
    (
        "docs/protocol.md",
        r"read (\d+) times at once, then (\d+) a second; a room takes (\d+) marks at once",
        (limits.TIMELINE_READS_BURST, limits.TIMELINE_READS_PER_S, limits.MARKS_BURST),
    ),
    ("docs/protocol.md", r"the audience's the last (\d+) minutes", (times.HISTORY_S / 60,)),
    ("docs/protocol.md", r"got no frame for ([\d.]+) s calls its gateway dead", (times.GATEWAY_DEAD_S,)),
    (
        "docs/protocol.md",
        r"a line \((\d+) at once, then one in (\d+) s\) or an address \((\d+) at once,\s+then one in (\d+) s\)"
        r".* beyond (\d+) at once, then one in (\d+) s",
        (
            *(limits.MISSES_BURST, 1 / limits.MISSES_PER_S),
            *(limits.ADDRESS_MISSES_BURST, 1 / limits.ADDRESS_MISSES_PER_S),
            *(limits.RINGS_BURST, 1 / limits.RINGS_PER_S),
        ),
    ),
    (
        "docs/protocol.md",
        r"ends after (\d+) s without a word, ringing after (\d+) s",
        (times.CALL_ANSWER_S, times.CALL_RING_S),
    ),
    (
        "docs/protocol.md",
        r"(\d+) a second and (\d+) at\s+once from a page",
        (limits.MESSAGES_PER_S, limits.MESSAGES_BURST),
    ),
    (
        "docs/calls.md",
        r"may guess wrong (\d+) times, then once in (\d+) s",
        (limits.MISSES_BURST, 1 / limits.MISSES_PER_S),
    ),
    ("docs/calls.md", r"it rang for (\d+) seconds", (times.CALL_RING_S,)),
    ("docs/calls.md", r"come back within (\d+) seconds", (times.LINE_GRACE_S,)),
    ("docs/calls.md", r"a code is spent it remembers for (\d+) minutes", (times.CODE_SPENT_S / 60,)),
    (
        "docs/configuration.md",
        r"may have ([\d,]+) connections, (\d+) event streams and (\d+) lines",
        (limits.CONNECTIONS_PER_ADDRESS, limits.WATCHERS_PER_ADDRESS, limits.LINES_PER_ADDRESS),
    ),
    ("docs/configuration.md", r"that has been idle for (\d+) s", (times.CONNECTION_IDLE_S,)),
    ("docs/configuration.md", r"all ([\d,]+) peers fit", (limits.PEERS_PER_GATEWAY,)),
    ("docs/operations.md", r"At ([\d,]+) it refuses \(`too_many_peers`\)", (limits.PEERS_PER_GATEWAY,)),
    ("docs/operations.md", r"asks up to (\d+) clients a second to move", (limits.MOVES_PER_S_MAX,)),
    (
        "docs/operations.md",
        r"more come than (\d+) a second, for longer than (\d+) s",
        (limits.JOINS_PER_S, times.JOIN_WAIT_S),
    ),
    ("docs/reliability.md", r"it answers (\d+) joins a second", (limits.JOINS_PER_S,)),
    (
        "docs/operations.md",
        r"others answers (\d+) joins a second\. .* for each (\d+) clients, "
        r".* with (\d+) s and one other that is ([\d,]+) clients",
        (limits.JOINS_PER_S, limits.JOINS_PER_S / 2, COMPOSE_DRAIN_S, COMPOSE_DRAIN_S * limits.JOINS_PER_S / 2),
    ),
    ("docs/reliability.md", r"who has not within (\d+) s is closed and joins again", (times.MOVE_S,)),
    ("docs/mix.md", r"taps of each kind in the last (\d+) s", (times.TAP_WINDOW_S,)),
    (
        "docs/mix.md",
        r"(\d+) a second count for one participant, after a burst of (\d+)",
        (limits.TAPS_PER_S, limits.TAPS_BURST),
    ),
    ("docs/architecture.md", r"must be checked within (\d+) s", (times.OFFER_CHECKED_S,)),
    ("docs/adr/0006-a-seat-across-gateways.md", r"nothing for SEAT_EXPIRES_S \(([\d.]+) s\)", (times.SEAT_EXPIRES_S,)),
]


@pytest.mark.parametrize(("page", "pattern", "numbers"), FIGURES, ids=[pattern for _, pattern, _ in FIGURES])
def test_a_figure_is_the_codes(page, pattern, numbers):
    found = re.search(pattern, PAGES[page], re.DOTALL)
    assert found is not None
    assert [float(each.replace(",", "")) for each in found.groups()] == pytest.approx(list(numbers))
