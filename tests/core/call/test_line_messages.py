import pytest

from kuuki.call.calling import LegState, Side
from kuuki.call.line_messages import (
    IceServers,
    LegStatus,
    NewCode,
    Problem,
    RtcIceServer,
    Still,
    Welcome,
    serialize_message,
)
from kuuki.call.signaling import Signal

CALL = "c" * 22
LINE = "0" * 32
TURN: RtcIceServer = {"urls": ["turn:a", "turn:b"], "username": "u", "credential": "p"}


@pytest.mark.parametrize(
    ("message", "text"),
    [
        (
            Welcome("s" * 22, "sakura-tanuki-momiji-7", 5, has_relay=True),
            '{"type":"welcome","line":"ssssssssssssssssssssss","code":"sakura-tanuki-momiji-7","turn":5,"relay":true}',
        ),
        (
            Welcome("s" * 22, None, None, has_relay=False),
            '{"type":"welcome","line":"ssssssssssssssssssssss","code":null,"turn":null,"relay":false}',
        ),
        (
            LegStatus(CALL, Side.CALLER, LegState.TALKING, LINE, "亜", "away"),
            '{"type":"state","call":"cccccccccccccccccccccc","side":"caller","state":"talking",'
            '"partner":"00000000000000000000000000000000","name":"\\u4e9c","partner_is":"away"}',
        ),
        (
            LegStatus(CALL, Side.CALLER, LegState.CALLING, None, "", "here"),
            '{"type":"state","call":"cccccccccccccccccccccc","side":"caller","state":"calling",'
            '"partner":null,"name":"","partner_is":"here"}',
        ),
        (NewCode("sakura-tanuki-momiji-7", 5), '{"type":"code","code":"sakura-tanuki-momiji-7","turn":5}'),
        (NewCode(None, None), '{"type":"code","code":null,"turn":null}'),
        (
            Signal(CALL, 2, description={"type": "offer", "sdp": "v=0\r\n"}),
            '{"type":"signal","call":"cccccccccccccccccccccc","generation":2,'
            '"description":{"type":"offer","sdp":"v=0\\r\\n"}}',
        ),
        (
            Signal(CALL, 2, candidate={"candidate": "", "sdpMLineIndex": 0}),
            '{"type":"signal","call":"cccccccccccccccccccccc","generation":2,'
            '"candidate":{"candidate":"","sdpMLineIndex":0}}',
        ),
        (
            IceServers((TURN, RtcIceServer(urls=["stun:c"])), 3600.0),
            '{"type":"ice","servers":[{"urls":["turn:a","turn:b"],"username":"u","credential":"p"},'
            '{"urls":["stun:c"]}],"ttl_s":3600.0}',
        ),
        (IceServers((), 60, no_relay="no_call"), '{"type":"ice","servers":[],"ttl_s":60,"no_relay":"no_call"}'),
        (IceServers((), 30.0, is_test=True), '{"type":"ice","servers":[],"ttl_s":30.0,"for":"test"}'),
        (
            IceServers((), 30.0, no_relay="tested", is_test=True),
            '{"type":"ice","servers":[],"ttl_s":30.0,"no_relay":"tested","for":"test"}',
        ),
        (Still(), '{"type":"still"}'),
        (Problem("too_large"), '{"type":"problem","error":"too_large"}'),
    ],
)
def test_what_lines_say(message, text):
    assert serialize_message(message) == text.encode()
