"""Every cap, on what the network may send and on what a process holds, with its reason. Pages get some, generated."""

from typing import Final

FRAME_BYTES: Final = 64
"""Largest frame that a client may send. A score is at most 19 bytes; the rest is room for versions to come."""

MIX_FRAME_BYTES: Final = 160
"""Largest frame that a gateway sends."""

WAVES_SAID: Final = 4
"""So many waves are in a mix at most, the newest: mostly there is one, or none."""

TAPPED_MAX: Final = 50_000
"""More people who tap the same within a second are said as so many."""

SEQ_MAX: Final = 2**32 - 1
"""Sequence numbers, terms and counts are unsigned 32-bit; at 20 frames a second they last six years."""

FRAMES_PER_S: Final = 20.0
FRAMES_BURST: Final = 40
"""Frames from one peer, sustained and at once. Scores at 5 Hz, beats at 2 Hz and repeats at 5 Hz are 12."""

FRAMES_OVER_BURST: Final = 100
"""A peer that sends this many frames over its rate in one go (or keeps over twice the rate) is flooding: closed."""

MALFORMED_FRAMES: Final = 20
"""A peer that sent this many malformed frames is closed: it does not speak the protocol."""

TAPS_PER_S: Final = 6.0
TAPS_BURST: Final = 20
"""Taps of one participant that count: a fast human thumb."""

SDP_BYTES: Final = 16 * 1024
SDP_CANDIDATES: Final = 20
SDP_LINE_BYTES: Final = 1024
SDP_LINES: Final = 500
"""An offer: its size, its candidates, its longest line, its lines. A browser's data-channel offer is 0.5 to 2 kB."""

BODY_BYTES: Final = 64 * 1024
"""Any HTTP body."""

CHUNKING_BYTES: Final = 1024
CHUNKING_SHARE: Final = 1 / 8
"""What a body in chunks may cost beside its own bytes (their heads, extensions, trailers): so many, and such a share of
it. Chunks of 50 bytes fit; those of one byte cost five more each, and as much work as large ones."""

HEAD_BYTES: Final = 32 * 1024
"""A request's line and headers. Browsers send 1 to 4 kB, with other programs' cookies for this host more."""

PROXIES: Final = 8
"""Proxies in a row whose X-Forwarded-For is believed: even the largest service has only a few in front of it."""

JOINS_PER_S: Final = 50.0
JOINS_BURST: Final = 10
"""Offers that a gateway answers, sustained and at once, from all clients together. A join costs some 10 ms of a core,
most of it the handshake, so this is half of a core: the mixes of open peers stay fresh. An offer whose client never
connects costs 3 ms."""

JOINS_WAITING: Final = 200
"""Joins that wait for their turn: JOINS_PER_S in JOIN_WAIT_S, so more would wait in vain. That is a venue's audience
that comes at once."""

PENDING_PER_GATEWAY: Final = 300
"""Offers that were answered and whose channel is not open yet. More than come at JOINS_PER_S in JOIN_PATIENCE_S, so
that the oldest is always one that gives way, and no new join is refused."""

PEOPLE_PER_CORE: Final = 350
"""People that a gateway on one core carries with room to spare, which is what deployments plan with. `make capacity`
measures it; every other place that names it is generated from here (loadtests/capacity/places.py)."""

PEERS_PER_GATEWAY: Final = 2000
"""Peers of one gateway, however fast its core is: several times what one is planned for. A gateway whose core is fully
used before that refuses joins (lateness.py). Fewer where the limit of open files allows no more (capacity.py)."""

WATCHERS_PER_GATEWAY: Final = 1000
WATCHERS_PER_ADDRESS: Final = 300
"""Event streams of one gateway, and of one address there: a venue whose Wi-Fi lets no UDP through watches by them."""

CONNECTIONS: Final = 15_000
"""HTTP connections of one process: its lines and event streams, and two of each peer's page."""

CONNECTIONS_PER_ADDRESS: Final = 1000
"""The same of one address, where it is not a proxy's: a venue of hundreds behind one has, at its doors' opening, a
stream or a WebSocket for each page and one or two connections that just loaded it. Those go first, so a thousand that
are busy are 300 streams, 200 lines and 500 requests at one instant."""

IDLE_CONNECTIONS: Final = 4000
"""HTTP connections that wait for their first or their next request: two of each peer's page."""

HEALTH_CONNECTIONS: Final = 32
"""Connections to the port for probes and Prometheus."""

SENDING_BYTES_PER_S: Final = 20_000
"""Least rate of an answer of known length, beyond its first SENDING_S: the 14 MB of the detector's runtime have 13
minutes, and take five at the 50 kB/s of a bad mobile network."""

ACCEPTS: Final = 4
"""Connections that are accepted in a row before the event loop does anything else: with 16, a thousand at once made all
others' mixes a tenth of a second older."""

CONNECTION_FILES: Final = 2
"""Open files of one HTTP connection at most: its socket, and the file that it is being sent."""

FILES_RESERVED: Final = 128
"""Open files that are reserved for the process itself: 20 when it is idle, HEALTH_CONNECTIONS, 16 connections to Redis
for commands and two a node for the bus, ACCEPTS; the rest is a margin."""

FILES: Final = 2**20
"""Open files that a process asks for at most, and what "infinity" counts as: Linux allows this many (fs.nr_open)."""

STREAM_BUFFER_BYTES: Final = 4 * 1024
"""What the kernel may hold of an event stream that its reader has not taken: a second or some of mixes (0.2 to 0.7 kB
each, five a second), which is enough for a round trip of a second."""

ROOMS: Final = 10_000
"""Rooms of one process."""

BUFFERED_BYTES: Final = 256
"""A client with more unsent bytes than this sends no frame: these are a few frames, which a healthy channel sends at
once. A gateway keeps nothing unsent: a mix that a peer's channel does not take at once is skipped."""

DATAGRAMS_PER_TURN: Final = 24
"""Datagrams that are worked off before the event loop looks at anything else: some 6 ms. A mix needs half a dozen
turns from its fold to its peers, so they must be short whatever comes in; but joins make turns long too, and with fewer
a turn those of the people who are there would wait while a hundred come in."""

DATAGRAMS_WAITING: Final = 16
DATAGRAMS_WAITING_OPEN: Final = 4
"""Datagrams of one peer that wait for their turn; one more, and the oldest goes. While it is joining, two flights of a
handshake; when its channel is open, a third of a second of what an honest client says: newer ones are the truth."""

SLOW_TICKS: Final = 50
"""A peer that skipped this many mixes in a row is closed."""

VEIL: Final = 0.9
FRESH: Final = 1.65
"""The noise on each weight of a room's first published mix, and of the noisy mean of each later set of people, has
this sd, divided by how many they are. docs/mix.md has what less would give away and what more would hide."""

MIN_GROUP: Final = 5
MIN_GROUP_LEAST: Final = 3
MIN_GROUP_MAX: Final = 1000
"""Fewest contributors of a published mix: the default, and the least and the most that a room may ask for. Where kuuki
is bound to loopback, a room may ask for 1: nobody else is there."""

SURE_MIN: Final = 128
"""A score counts when its detector was at least this sure (0..255)."""

SHOW_URL_BYTES: Final = 2048
ROOM_ID: Final = r"[a-z0-9]{1,16}(-[a-z0-9]{1,16}){0,3}"
"""Room ids: one to four groups of lower-case letters and digits, 67 bytes at most, nothing that needs escaping."""

BULLETIN_BYTES: Final = 4 * 1024 * 1024
"""A message on the bus: a gateway's rooms in one shard, about 100 bytes each."""

NOTICE_SEATS: Final = 500
"""Seats in one notice between gateways: 22 kB. More go in several."""

FORMERS: Final = 8
"""Gateways that may still count a seat, as the store of seats remembers them. With more, all gateways are asked."""

MOVES_PER_S: Final = 5.0
"""Clients that a gateway which goes away asks to move, a second, at least; more if there are many for the time."""

MOVES_PER_S_MAX: Final = 15.0
"""The same for a gateway that has more than others: that is not urgent, and a join costs milliseconds on both sides."""

UNEVEN_SHARE: Final = 0.1
UNEVEN_PEERS: Final = 10
"""A gateway has too many when it has more than the mean of all by both of these."""

LOADS_PER_S: Final = 25.0
"""How many messages about others' loads a gateway gets at most, however many gateways there are."""

LEASES_GIVEN: Final = 8
"""Shards that an aggregator gives back in one poll: each has no holder until the aggregator that should have it
polls."""

MESSAGE_BYTES: Final = 16 * 1024
"""A message on a line's WebSocket. A browser's offer with sound, picture and a channel is 5 to 10 kB."""

MESSAGES_PER_S: Final = 20.0
MESSAGES_BURST: Final = 200
"""Messages from one line, sustained and at once: a negotiation is some 30 (candidates trickle). Each frame of its
WebSocket counts, pings and fragments too: browsers send a message of this size in one or a few."""

MESSAGE_FRAGMENTS: Final = 64
"""Frames without an end in one message."""

LINES: Final = 10_000
LINES_PER_ADDRESS: Final = 200
"""Lines of one process, and of one address: a venue's whole Wi-Fi may stand behind one."""

LINES_PER_S: Final = 2.0
LINES_BURST: Final = 100
"""New lines from one address."""

MISSES_PER_S: Final = 0.1
MISSES_BURST: Final = 5
"""Wrong codes that one line may ring before even right ones lead nowhere for it. Codes that were right cost nothing."""

ADDRESS_MISSES_PER_S: Final = 0.5
ADDRESS_MISSES_BURST: Final = 60
"""The same for all lines of one address: at this rate one hits *somebody* of 500 who wait once in 8 days."""

RINGS_PER_S: Final = 0.5
RINGS_BURST: Final = 10
"""Calls that one line may begin."""

NAME_CHARS: Final = 40
"""What a person calls themselves."""

WAITING_MESSAGES: Final = 64
WAITING_BYTES: Final = 128 * 1024
"""Messages kept for a line whose page is reloading: what a negotiation says in that time, and half of what a page may
have unsent before it is called slow."""

CALL_ID: Final = r"[A-Za-z0-9_-]{22}"
LINE_ID: Final = r"[0-9a-f]{32}"
LINE_SECRET: Final = r"[A-Za-z0-9_-]{22,64}"  # noqa: S105 - a pattern
"""A call's id is 128 random bits that its two pages know; a line's id is the hash of a secret that its page keeps."""

CODE_INDEXES: Final = 2**31
"""Indexes that a line's codes are derived from: so many that none comes twice, and fewer than any client's integers."""

GENERATIONS: Final = 1000
"""Connections that one call may need one after the other."""

REDIS_CONNECTIONS: Final = 16
REDIS_WAITING: Final = 1000
"""Connections of one process to Redis for commands, and commands that wait for one; further ones fail at once."""

TIMELINE_ROWS: Final = 3600
"""Rows and marks of one answer: an hour, some 1.5 MB of JSON."""

TIMELINE_READS_PER_S: Final = 5.0
TIMELINE_READS_BURST: Final = 60
"""Reads of records from one address: a stage looks every 2 s, and fetches a day in 25."""

MARK_CHARS: Final = 80
MARKS_PER_S: Final = 0.5
MARKS_BURST: Final = 20
"""Marks set by hand: their text, and how many in one room."""

RECORDS_SHARE: Final = 0.75
"""Of Redis's maxmemory, how much may be full when a row is still recorded. What is left is for rooms, seats, leases and
codes, which must never find it full: with 1 GB nearly half a million seats (560 bytes each, kept for 6 h)."""

APPENDS: Final = 8
"""Seconds of a record that may wait to be durable; further rows are refused, as the store is too slow."""

STORE_WAITING: Final = 1000
"""Calls that wait for the store's file; further ones fail at once."""

BUS_FLIGHT_BYTES: Final = 8 * 1024 * 1024
"""Unconfirmed publications of one connection of the bus: what the largest gateway publishes in half a second."""
