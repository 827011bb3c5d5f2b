"""Every deadline and period, in seconds, with its reason. The pages have the same, generated from here.

Long because it is one table: most times bound others, so whoever changes one must see them side by side, and there is
one place to look.
"""

from typing import Final

TICK_S: Final = 0.2
"""A gateway folds and a mix goes out five times a second: the eye takes it as live, and a lost frame heals fast."""

SCORE_STALE_S: Final = 2.0
"""A score older than this no longer counts; ten lost frames in a row at 5 Hz."""

HELD_S: Final = 10.0
"""A face that is not read keeps its last score and its place in the published mix this long: people look away for some
seconds several times a minute, and each change of who counts draws the veil's noise anew."""

MOMENT_S: Final = 5.0
"""Who counts in a room's published mix grows this often at most: newcomers in between come in together."""

MOMENT_CLOSES_S: Final = 1.0
"""Where not every gateway has said that it knows of the next moment, that comes this long after it was announced.
Longer than STEP_KNOWN_S, so that no newcomer is given a moment that has passed."""

ROOM_GONE_S: Final = 10.0
"""A mixer remembers the noise of a room that no gateway has so long: one that stood still for a moment brings it
back."""

VEILS_S: Final = 5.0
"""Aggregators that follow hear this often where the veils of a shard's rooms stand, and of each that changes at
once."""

KEEP_ALIVE_S: Final = 1.0
"""A client repeats an unchanged score at least this often: half of SCORE_STALE_S, so one loss is harmless."""

PRESENT_S: Final = 3.0
"""A peer that was not heard for this long is no longer present; it may come back on the same connection."""

PEER_SILENT_S: Final = 10.0
"""A peer that was not heard for this long is closed. Longer than PRESENT_S: packet loss must not cost a join."""

BEAT_S: Final = 0.5
"""The gateway's beat to each peer. Clients answer it, so a throttled timer never loses a seat."""

REPEAT_S: Final = 0.2
"""A client repeats a pause, a bye or a tap this often until the gateway's beat shows that it was seen."""

PARTIAL_EXPIRES_S: Final = 1.0
"""A gateway whose partials stopped is out of the mix after five ticks."""

MIX_WAIT_S: Final = 0.04
"""How long the mixer waits for the other gateways' partials of a tick after the first."""

MIX_SPACING_S: Final = 0.9 * TICK_S
"""Mixes of several gateways' partials are never closer than this. Less than a tick, so that after a late one the beat
is found again in a few ticks."""

MIX_STALE_S: Final = 2.0
"""A mix older than this is shown as stale, never as live."""

READER_GONE_S: Final = 3 * TICK_S
"""An aggregator that has published no mix of a shard for so long may have been followed by one of the version before,
which reads what it does not announce no more. Less than MIX_STALE_S, so that no page calls the room stale meanwhile."""

STEP_KNOWN_S: Final = READER_GONE_S
"""What the newest mix said of the next moment is believed this long; later newcomers are given none until a mix
comes."""

MIX_LATE_S: Final = 1.0
"""A mix whose fold is older than this when it would be sent to a peer is not sent: a newer one is on its way, as a
partial is in no mix any more after PARTIAL_EXPIRES_S."""

LATE_OVER_S: Final = 3.0
"""A gateway whose ticks were late accepts joins again when they were in time for this long; a client that it refuses is
asked to wait as long."""

DATAGRAM_LATE_S: Final = 0.5
"""A datagram of an open peer that waited longer than this to be worked on is dropped: later frames have the whole
state. A fresh score every KEEP_ALIVE_S still comes through."""

OPEN_S: Final = 3.0
"""A room that begins takes everybody in at once until all have a place from a moment on: two ticks and the way there
and back, after this at the latest."""

LIVE_HOLD_S: Final = 1.0
"""A room must hold its minimum group this long before its mix goes (back) live: no flicker at the edge."""

TAP_WINDOW_S: Final = 10.0
"""Tap rates are counted over this sliding window."""

TAPPED_S: Final = 1.0
"""Taps *of this moment* are those of so long: a tap is shown as soon as it is heard, and gone as soon as its ring."""

WAVE_SAID_S: Final = 2.0
"""A wave that has ended is said in every mix for so long: some get lost on the way."""

WAVE_MAX_S: Final = 30.0
"""A wave that goes on for so long is the room's mood by now, and has ended."""

GATEWAY_DEAD_S: Final = 1.5
"""A client that got no frame for this long calls its gateway dead and joins again."""

RETRY_FIRST_S: Final = 1.0
"""The first retry comes after a uniformly random time in 0..this."""

RETRY_MIN_S: Final = 0.5
RETRY_MAX_S: Final = 20.0
"""Later retries: full jitter between these, the ceiling doubling each time."""

RETRY_AFTER_MAX_S: Final = 60.0
"""A server's Retry-After counts up to this: a misconfigured proxy must not keep an audience away."""

JOIN_WAIT_S: Final = 4.0
"""A join that has waited this long for its turn is told to try again. With the handshake that is within UDP_BLOCKED_S,
after which pages say that something is wrong; without a wait, many that come at once would be refused and come back."""

OFFER_CHECKED_S: Final = 3.0
"""An answered offer that got no authenticated connectivity check by then is dropped: its client has not got the answer,
or never wanted it. A check comes a round trip after the answer left, and browsers repeat it every 50 to 500 ms. So
where a round trip takes 1 s there are 2 s left: enough for a lost answer to be sent again, and 20 % loss takes all of
four checks once in 600."""

OFFER_SURE_S: Final = 1.0
"""An offer that was answered within this time gives way to no other: its check may be under way. So joins that come at
once do not push each other out. A checked offer gives way after JOIN_PATIENCE_S."""

PENDING_OFFER_S: Final = 10.0
"""A join whose channel has not opened by then is closed."""

SIT_S: Final = 0.3
"""An open peer that has said nothing of itself by then asks for its seat all the same. Not sooner: until then whoever
has the seat goes on counting it."""

GOODBYE_S: Final = 0.2
"""A closed peer is kept this long after it was sent its close code: the frame must leave before its transport does."""

GOODBYE_AGAIN_S: Final = 0.4
"""And so much longer while its close code could not be sent: at each tick it is tried again."""

LINGER_S: Final = 1.0
"""A connection whose request was answered before all of it was read is cut after this: the answer has arrived."""

FULL_RETRY_S: Final = 2.0
"""A join for which there is no space is told to try again after this: a peer may have left, or another gateway has
some."""

HANDSHAKE_S: Final = 10.0
"""A TLS handshake must be over by then: two round trips, even where their first packet was lost three times."""

HEAD_S: Final = 5.0
"""Where connections become scarce, one that has sent no whole request head by then is cut; else after
CONNECTION_IDLE_S."""

CONNECTION_IDLE_S: Final = 30.0
"""A connection that has not sent a whole request head by then is cut: after its opening, or its last answer."""

SENDING_S: Final = 60.0
"""An answer of known length must have been sent by then, and some more for its length (SENDING_BYTES_PER_S); else it is
cut. Long enough for a page whose phone is in a tunnel, and for what waits before it in a slow network's buffers."""

SENDING_SURE_S: Final = 10.0
"""An answer that has been sent for less than this gives way to no new connection: by then all but the largest files
have arrived even at 50 kB/s, and a flood can make others begin anew no more often than that."""

UNACKED_S: Final = 15.0
"""A TCP connection ends when something was sent on it and not acknowledged for this long, or when its reader's buffers
stay full (TCP_USER_TIMEOUT, RFC 5482): the other side is gone and could not say so. Some seconds in a tunnel are
survived."""

SILENT_READER_S: Final = 5.0
"""An event stream whose reader has not made room for one more mix by then is cut."""

STREAM_KEEP_ALIVE_S: Final = 15.0
"""An event stream without an event for this long sends a comment: proxies cut what is idle for 30 s or 60 s."""

STREAM_SILENT_S: Final = STREAM_KEEP_ALIVE_S + SILENT_READER_S
"""A reader that got nothing on its event stream for this long requests it anew: the keep-alive is overdue by as long as
the server waits for a reader. While a reader was off the network, the server may have closed its stream without its
noticing."""

ACCEPT_AGAIN_S: Final = 0.5
"""When the system has no file for a new connection, it is accepted after this at the earliest."""

EPISODE_S: Final = 60.0
"""Refusals that follow each other within this time are one trouble: only the first is logged."""

SCTP_RTO_S: Final = 1.0
"""SCTP repeats what opens an association after this, before it has measured a round trip (RTO.Initial of RFC 9260
section 16; the stack still has the 3 s of RFC 4960, with which a lossy network takes a dozen seconds to join)."""

JOIN_PATIENCE_S: Final = 5.0
"""A client whose first join has not opened by then makes a new one, for which it waits PENDING_OFFER_S. Where datagrams
are lost an unlucky handshake waits ever longer, and a new one is quicker; where they are slow it is not."""

UDP_BLOCKED_S: Final = 8.0
"""A browser without a channel after this long watches by event stream and says so."""

LEASE_S: Final = 2.0
"""An aggregator that gave no sign of life for this long, by the clock of the aggregator that watches it, has lost its
leases."""

LEASE_TRUST_S: Final = 1.5
"""A holder trusts its leases for this long after its last sign of life was sent. What is left of LEASE_S is how long
it may be frozen between looking at its lease and the mix's arrival on the bus."""

LEASE_GONE_S: Final = 10.0
"""An aggregator that holds nothing and was silent for this long is forgotten."""

LEASE_POLL_S: Final = 0.25
"""How often every aggregator gives a sign of life, and reads the others'."""

BUS_BEAT_S: Final = 0.2
"""A process sends itself a beat over each connection of the bus this often."""

BUS_DEAF_S: Final = 0.6
"""When the newest own beat that came back was sent longer ago than this, the process is out of step and publishes no
partials. Two beats may be lost or late. Less than PARTIAL_EXPIRES_S, so that a short gap leaves nobody out of a mix."""

PUBLISH_S: Final = 0.5
"""A publication that takes longer is given up."""

BUS_CUT_S: Final = 2.0
"""A connection of the bus on which no own beat came back for this long is closed and made anew; what still comes over
it is not believed."""

BUS_OPEN_S: Final = 1.0
"""A connection of the bus must be made and answer by then."""

BUS_RETRY_FIRST_S: Final = 0.2
BUS_RETRY_S: Final = 1.0
"""First and last ceiling of the full jitter between tries to reach Redis, for the bus and at the start. Short: every
room waits for it, and each process makes one connection only."""

BUS_SETTLE_S: Final = 0.1
"""What comes this soon after a new connection is dropped: Redis may still be working on what lost connections had
sent."""

REDIS_CONNECT_S: Final = 1.0
REDIS_COMMAND_S: Final = 1.0
"""A connection to Redis that is not made by then, and a command that is not answered by then, have failed: joins wait
for them."""

SEAT_REPEAT_S: Final = 0.6
"""A gateway that wants a seat which another may count says so at every tick, never longer than this apart. So a gateway
that may have missed something knows all that is wanted of it this long after it hears again; until then it publishes no
partials."""

SEAT_LEFT_S: Final = BUS_DEAF_S + PUBLISH_S
"""This long after a gateway was told to give a seat up, it publishes nothing more with that seat: it was told, or it
knows that it is out of step."""

SEAT_EXPIRES_S: Final = SEAT_LEFT_S + PARTIAL_EXPIRES_S + 0.1
"""After this, no mixer has a partial with the seat of a gateway that did not answer. A tenth of a second is added for
clocks that run at different rates."""

SEAT_OWED_S: Final = 60.0
"""For this long a gateway that gave no answer is told that the seat is another's: it may only have been out of step."""

SEAT_ASK_S: Final = 0.2
SEAT_ASK_MAX_S: Final = 0.4
"""When the store of seats did not answer, it is asked again after a pause that doubles from the first to the second."""

SEAT_TTL_S: Final = 6 * 3600.0
"""How long it is remembered where a seat was: an evening. A participant who comes back later waits SEAT_EXPIRES_S."""

FORMER_S: Final = 1.0
"""A client keeps its former channel this long, in silence, when a new one has opened: until the new gateway has the
seat, the former one counts it. Long enough for a claim and a tick, less than SCORE_STALE_S."""

MOVE_S: Final = 10.0
"""A client that was asked to move and has not is closed after this."""

LOAD_S: Final = 1.0
"""How often a gateway tells the others how many peers it has; less often when there are many gateways (LOADS_PER_S)."""

UNEVEN_S: Final = 3.0
"""Gateways even out only what has been uneven for this long: until then, peers whose gateway was lost are on their
way."""

EVEN_OUT_S: Final = 2.0
"""The peers that one gateway has too many are asked to move within this time. Whole peers are asked at each tick, so it
may be twice that; and it is longer where MOVES_PER_S_MAX does not allow so many."""

DRAIN_S: Final = 30.0
"""How long a gateway that stops moves its clients to others before it closes the peers that are left."""

RETENTION_S: Final = 24 * 3600
"""How long a room's record is kept, unless the operator says otherwise."""

ROW_S: Final = 1.0
"""A room's record has one row in this time: finer would tell of single people, coarser would miss a laugh."""

HISTORY_S: Final = 600.0
"""How far back the audience of a room may read its record; its stage reads all."""

ROW_STALE_S: Final = MIX_STALE_S
"""A mix that waited longer than this to be recorded is dropped: its second is over."""

AOF_SYNC_S: Final = 2.0
"""Redis with appendfsync everysec knows only after this whether a write is on the disk: it syncs once a second, and
puts a write off by at most two while a sync is under way."""

TIMELINE_CHECK_S: Final = 10.0
"""How often it is checked whether the store still keeps what it acknowledges."""

REDIS_WATCH_S: Final = 15.0
"""How often it is checked how full Redis is: memory and disk fill in minutes."""

CERTIFICATE_CHECK_S: Final = 300.0
"""How often the certificate that browsers get is checked: the shortest live for half a day."""

CERTIFICATE_S: Final = 10.0
"""A TLS front that has not shown its certificate by then shows none."""

TIMELINE_QUIET_S: Final = 3.0
"""After a record was deleted, nothing is recorded for this long: rows that are still on their way are older."""

REWRITE_SOON_S: Final = 60.0
"""This long after a record was deleted Redis's file is rewritten without it, and without all that is deleted meanwhile.
A Redis that fails is asked again this often."""

REWRITE_S: Final = 24 * 3600.0
"""In any case the file is rewritten this often, so rows that are too old are out of it this much later at most."""

REWRITE_MOST_S: Final = 600.0
"""A rewrite that has not ended by then has failed: of 1 GB it takes some 10 s."""

REWRITE_CHECK_S: Final = 10.0
"""How often it is checked whether a rewrite is due."""

CLOCK_STEP_S: Final = 10.0
"""A wall clock that differs from the newest row by more was set: rows go on under its new time."""

PRUNE_S: Final = 60.0
"""How often rows that are older than the retention are deleted."""

STORE_S: Final = 5.0
"""A write to the file that is not done by then has failed: its caller is told."""

ROOM_TOUCH_S: Final = 30.0
"""How often it is written that a room is in use. It is used to find rooms that were idle for days."""

ROOM_CLOSED_S: Final = 3600.0
"""How long a store remembers that a room was closed, so that no process which missed it writes the room again."""

WATCH_S: Final = 5.0
"""A gateway keeps folding a room for a watcher without a peer (GET, event stream) this long after the last request."""

ROOM_IDLE_S: Final = 24 * 3600.0
"""A room that was not in use for this long is closed."""

CALL_ANSWER_S: Final = 5.0
"""A call of which nothing was heard by then is unreachable."""

CALL_RING_S: Final = 75.0
"""How long it rings: between the 60 s of mobile networks and the 90 s of patience."""

MISS_ANSWER_S: Final = 0.5
"""A wrong code is answered after this, whatever was wrong: no answer comes sooner, so time tells nothing."""

LINE_STILL_S: Final = 5.0
"""A line in a call tells its partner's this often that it is still there."""

LINE_AWAY_S: Final = 12.0
"""Two such missed: the partner is away."""

LINE_GRACE_S: Final = 30.0
"""A line without its page is kept this long after the page's transport died: a reload, a tunnel."""

LINE_PING_S: Final = 15.0
"""The server's WebSocket ping; a page that does not answer within half of it is gone."""

CODE_RETRY_S: Final = 3.0
"""What a line still owes the store of codes (another code, the end of a spent one, a sign of life) is tried again this
often, for as long as the line is there."""

CODE_SPENT_S: Final = 600.0
"""The store remembers for so long that a code is spent: a page that was told its turn before does not get it again."""

AGAIN_S: Final = 600.0
"""A partner may be called again without a code for this long after a call."""

SIGN_S: Final = 0.5
"""Each side of a call sends a sign on its channel this often."""

SIGNS_LOST_S: Final = 3.0
"""No sign for this long: the call has trouble. Silence on the channel, not ICE, is the truth about it."""

ICE_TROUBLE_S: Final = 2.0
"""Disconnected for this long: ICE restarts. It often heals by itself sooner."""

ICE_RESTART_S: Final = 4.0
"""A restart that has not led to a connection by then is tried again, then a new connection is made."""

CALL_LOST_S: Final = 30.0
"""The partner's line gone and no sign for this long: the call is lost."""

TURN_TTL_S: Final = 3600.0
"""How long relay credentials hold; a relay that is in use stays. Asked for anew before each connection."""

TURN_NAME_S: Final = 86_400.0
"""An address has one name at the relay for so long, from midnight to midnight (UTC). No credential holds longer, so at
no time an address has more than two names that are good."""

TURN_TEST_S: Final = 30.0
"""How long credentials for a network test hold. A test takes 9 s at most."""

TURN_TEST_AGAIN_S: Final = 60.0
"""An address gets credentials for a network test this often."""
