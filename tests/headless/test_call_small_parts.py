"""Places, descriptions, what is said on standard output, and what is shown and heard."""

import asyncio
import io
import itertools
import json

import av
import numpy as np
import pytest
from aiortc.mediastreams import MediaStreamError

from client.headless.call.camera import CameraShow
from client.headless.call.connection import MediaCounts
from client.headless.call.descriptions import fit, fragment_in, is_worth_trying
from client.headless.call.errors import BadCode, NotAnswered, why_closed
from client.headless.call.film import FilmShow
from client.headless.call.ladder import Link
from client.headless.call.place import CallPlace, parse_call_place
from client.headless.call.saying import InLines, InWords
from client.headless.call.shows import AUDIO_SAMPLES, Calm, FaceOff, Light, Nothing, Tone
from client.headless.errors import BadPlace, SourceFailed
from kuuki.call.calling import LegState, Side
from kuuki.call.frames import Picture
from kuuki.call.line_messages import LegStatus
from kuuki.mood.labels import LABELS
from tests.patience import PATIENCE_S
from tests.virtual import in_virtual_time

CODE = "sakura-tanuki-momiji-7"
BASE = "https://kuuki.example"


@pytest.mark.parametrize(
    ("url", "typed", "place"),
    [
        (BASE, None, CallPlace(BASE)),
        (f"{BASE}/", "SAKURA tanuki momiji 7", CallPlace(BASE, CODE)),
        (BASE, "さくら・たぬき・もみじ・7", CallPlace(BASE, CODE)),
        (BASE, f"http://other.example/call#c={CODE}", CallPlace("http://other.example", CODE)),
        (f"{BASE}/call#c={CODE}", None, CallPlace(BASE, CODE)),
        (f"{BASE}/call", None, CallPlace(BASE)),
        (f"{BASE}/below/r/blue-fox/call#c={CODE}", None, CallPlace(f"{BASE}/below", CODE)),
    ],
)
def test_places(url, typed, place):
    assert parse_call_place(url, typed) == place


def test_a_place_knows_its_line_and_its_links():
    place = CallPlace(BASE)
    assert (place.host, place.line, place.link(CODE)) == ("kuuki.example", f"{BASE}/calls", f"{BASE}/call#c={CODE}")


@pytest.mark.parametrize("typed", ["", "sakura", "sakura tanuki momiji", "one two three 4", f"{BASE}/call#c=x"])
def test_what_is_no_code_is_refused(typed):
    with pytest.raises(BadCode, match="three words and a digit"):
        parse_call_place(BASE, typed)


def test_what_is_no_url_is_refused():
    with pytest.raises(BadPlace):
        parse_call_place("kuuki.example", CODE)


# --- descriptions

PRINT = ":".join(["AB"] * 32)
SDP = "\r\n".join(
    [
        "v=0",
        f"a=fingerprint:sha-256 {PRINT}",
        "a=fingerprint:sha-512 " + ":".join(["AB"] * 64),
        "a=ice-ufrag:abcd",
        "a=candidate:1 1 udp 2113937151 192.0.2.7 50000 typ host generation 0",
        "a=candidate:2 1 udp 2113937151 5f0c1b1e-aaaa.local 50001 typ host",
        "a=candidate:3 1 tcp 1518280447 192.0.2.7 9 typ host tcptype active",
        "a=end-of-candidates",
        "m=audio 9",
        "",
    ]
)


def test_a_description_is_left_with_what_is_worth_trying():
    lines = fit(SDP).split("\r\n")
    assert lines == [
        line for line in SDP.split("\r\n") if ".local" not in line and "tcp" not in line and "512" not in line
        and "end-of" not in line
    ]  # fmt: skip


def test_of_a_flood_of_candidates_few_are_tried():
    flood = "\n".join(f"a=candidate:{n} 1 udp 1 192.0.2.7 {n} typ host" for n in range(1, 5000))
    assert fit(flood).count("a=candidate:") == 40


@pytest.mark.parametrize(
    "candidate",
    ["", "1 1 udp 1 192.0.2.7", "1 1 udp 1 192.0.2.7 -1 typ host", "1 1 udp 1 192.0.2.7 99999999 typ host",
     "1 1 udp x 192.0.2.7 5 typ host", "1 1 udp 1 evil.example 5 typ host", "1 1 udp 1 192.0.2.7 0 typ host"],
)  # fmt: skip
def test_what_is_no_address_is_not_tried(candidate):
    assert not is_worth_trying(candidate)


def test_another_fragment_is_a_restart():
    assert fragment_in(SDP) == "abcd"
    assert fragment_in("v=0\r\n") is None


# --- words


def leg(state, **more):
    return LegStatus("m" * 22, Side.CALLER, LegState(state), "a" * 32, **more)


def lines_of(what):
    out = io.StringIO()
    what(InLines(out))
    return [json.loads(line) for line in out.getvalue().splitlines()]


def words_of(what):
    out = io.StringIO()
    what(InWords(out))
    return out.getvalue().splitlines()


def test_everything_is_one_object_a_line():
    def call(say):
        say.waits(CODE, f"{BASE}/call#c={CODE}")
        say.state(leg("talking", name="Ben"))
        say.check(("a", "b", "c", "d"))
        say.partner(dict.fromkeys(LABELS, 0.0) | {"happy": 1.0})
        say.partner(None)
        say.counted(MediaCounts(1, 2, 3, 4))
        say.state(leg("busy"))

    code, link, talking, check, happy, none, media, busy = lines_of(call)
    assert (code, link) == ({"code": CODE}, {"link": f"{BASE}/call#c={CODE}"})
    assert talking == {"state": "talking", "side": "caller", "name": "Ben", "partner_is": "here"}
    assert check == {"check": ["a", "b", "c", "d"]}
    assert (happy["partner"]["happy"], none) == (1.0, {"partner": None})
    assert media["media"] == {"video_frames": 1, "audio_packets": 2, "sent_video_frames": 3, "sent_audio_packets": 4}
    assert "waits already" in busy["reason"]


def test_trouble_is_said_when_it_begins_changes_and_ends():
    def call(say):
        say.server(True)
        say.media(Link.OPEN)
        say.media(Link.RENEWING)
        say.server(False)
        say.media(Link.OPEN)
        say.server(True)

    troubles = [said["trouble"] for said in lines_of(call)]
    assert [trouble and trouble.split()[0] for trouble in troubles] == ["Nothing", "The", None]
    assert words_of(call)[-1] == "All is well again."


def test_words_are_for_people_and_not_repeated():
    def call(say):
        say.waits(CODE, f"{BASE}/call#c={CODE}")
        say.state(leg("talking", name="[red]Ben"))
        say.partner({"happy": 0.6, "sad": 0.4})
        say.partner({"happy": 0.7, "sad": 0.3})
        say.partner(None)
        say.state(leg("talking", name="Ben", partner_is="away"))
        say.state(leg("declined"))

    words = words_of(call)
    assert CODE in words[0]
    assert words[2] == "In a call with [red]Ben. Ctrl-C hangs up."
    assert [word for word in words if "expression" in word] == [
        "Their expression: smiling.",
        "They share no expression just now.",
    ]
    assert words[-1].startswith("They declined.")


@pytest.mark.parametrize("end", [state for state in LegState if state.is_end])
def test_every_end_has_words(end):
    (line,) = words_of(lambda say: say.state(leg(end)))
    assert line
    assert "{" not in line
    assert str(NotAnswered(end))


def test_a_closed_line_says_why():
    assert "serves no calls" in why_closed(3506)
    assert "3999" in why_closed(3999)


# --- what is shown and heard


@in_virtual_time
async def test_a_tone_comes_fifty_times_a_second_and_a_light_ten_times():
    loop = asyncio.get_running_loop()
    tone, light = Tone(), Light()
    sound = [await tone.recv() for _ in range(101)]
    assert loop.time() == pytest.approx(2.0)
    assert [frame.pts for frame in sound[:3]] == [0, AUDIO_SAMPLES, 2 * AUDIO_SAMPLES]
    assert 100 < np.abs(sound[100].to_ndarray()).max() < 1000, "soft, but not silent"
    pictures = [await light.recv() for _ in range(21)]
    assert loop.time() == pytest.approx(4.0)
    assert (pictures[0].width, pictures[0].height, tone.sent, light.sent) == (320, 240, 101, 21)
    tone.stop()
    with pytest.raises(MediaStreamError):
        await tone.recv()


@in_virtual_time
async def test_a_face_off_call_has_sound_and_no_picture():
    tracks = FaceOff(Calm()).make()
    assert (tracks.audio is not None, tracks.video) == (True, None)
    assert (FaceOff(Calm()).picture, FaceOff(Calm()).sound, Nothing().make().audio) == (Picture.FACE_OFF, True, None)
    tracks.stop()


async def test_a_camera_is_shown_as_it_is_read():
    show = CameraShow()
    white = np.full((480, 640, 4), 255, np.uint8)
    track = show.make().video
    asyncio.get_running_loop().call_later(0.05, lambda: list(show.tee(iter([(0.0, white)]))))
    frame = await track.recv()
    assert (frame.width, frame.height, frame.format.name) == (640, 480, "yuv420p")
    assert frame.to_ndarray()[:480].min() > 200


def write_film(path, seconds=0.6, sound=True):
    with av.open(str(path), "w") as film:
        video = film.add_stream("mpeg4", rate=25)
        video.width, video.height, video.pix_fmt = 1280, 720, "yuv420p"
        audio = film.add_stream("pcm_s16le", rate=44100) if sound else None
        for i in range(round(seconds * 25)):
            picture = av.VideoFrame.from_ndarray(np.full((720, 1280, 3), 200, np.uint8), format="rgb24")
            film.mux(video.encode(picture))
            if audio is not None:
                frame = av.AudioFrame.from_ndarray(np.full((1, 1764), 5000, np.int16), format="s16", layout="mono")
                frame.sample_rate, frame.pts = 44100, i * 1764
                film.mux(audio.encode(frame))
        film.mux(video.encode())


async def take(track, count):
    return [await track.recv() for _ in range(count)]


async def test_a_film_is_played_again_and_again_smaller_and_with_its_sound(tmp_path):
    path = tmp_path / "film.mkv"
    write_film(path)
    show = FilmShow(path)
    assert (show.sound, show.picture) == (True, Picture.ON)
    tracks = show.make()
    async with asyncio.timeout(PATIENCE_S):
        pictures, sound = await asyncio.gather(take(tracks.video, 18), take(tracks.audio, 60))
    tracks.stop()
    assert {(picture.width, picture.height) for picture in pictures} == {(640, 360)}
    times = [picture.time for picture in pictures]
    assert times[-1] > 0.7, "the film was over and began again"
    assert min(b - a for a, b in itertools.pairwise(times)) > 0.03
    assert {packet.samples for packet in sound} == {AUDIO_SAMPLES}
    assert all(b.pts > a.pts for a, b in itertools.pairwise(sound))
    assert np.abs(sound[0].to_ndarray()).max() > 1000
    with pytest.raises(MediaStreamError):
        await tracks.video.recv()


async def test_a_film_without_sound_sends_silence_and_says_so(tmp_path):
    path = tmp_path / "film.mkv"
    write_film(path, sound=False)
    show = FilmShow(path)
    assert show.sound is False
    tracks = show.make()
    assert np.abs((await tracks.audio.recv()).to_ndarray()).max() == 0
    tracks.stop()


def test_what_is_no_film_is_refused(tmp_path):
    (tmp_path / "film.mp4").write_text("not a film")
    with pytest.raises(SourceFailed):
        FilmShow(tmp_path / "film.mp4")
