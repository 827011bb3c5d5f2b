from kuuki.handshakes import twice_until_open


async def test_until_the_channel_is_open_each_datagram_goes_out_twice():
    sent, is_open, restored = [], False, []

    async def send(data: bytes) -> None:
        sent.append(data)

    replaced = twice_until_open(send, lambda: is_open, lambda: restored.append(True))
    await replaced(b"hello")
    await replaced(b"finished")
    assert (sent, restored) == ([b"hello", b"hello", b"finished", b"finished"], [])
    is_open = True
    await replaced(b"frame")
    assert (sent[4:], restored) == ([b"frame"], [True])
