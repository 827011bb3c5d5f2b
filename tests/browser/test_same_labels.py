"""A recorded video gives the same labels in Python and in the browser's own worker, frame by frame."""

import base64
from io import BytesIO
from typing import Any

import av
import numpy as np
import pytest

from client.headless.vision import Sensor
from loadtests.faces import write_smile_mp4
from services.signal.app import WEB

pytestmark = pytest.mark.browser

_READ = """async ({worker, frames}) => {
  const w = new Worker(worker, {type: 'module'});
  const say = message => new Promise((resolve, reject) => {
    w.onmessage = ({data}) => data.kind === 'failed' ? reject(new Error(data.message)) : resolve(data);
    w.onerror = reject;
    w.postMessage(message, message.picture ? [message.picture] : []);
  });
  const at = path => new URL(path, location.href).href;
  await say({kind: 'start', models: at('/models/'), runtime: at('/ort/')});
  const readings = [];
  for (const frame of frames) {
    const blob = new Blob([Uint8Array.from(atob(frame), c => c.charCodeAt(0))], {type: 'image/png'});
    const picture = await createImageBitmap(blob, {premultiplyAlpha: 'none', colorSpaceConversion: 'none'});
    const {reading, tookMs} = await say({kind: 'read', picture});
    readings.push({weights: reading?.weights ?? null, tookMs});
  }
  w.terminate();
  return readings;
}"""


def varied(picture, number):
    """The same face under other light, mirrored, turned upside down by degrees, half hidden: weights that differ."""
    kinds = [
        picture,
        picture[:, ::-1],
        (picture * 0.45).astype(np.uint8),
        np.clip(picture.astype(np.float32) * 1.5, 0, 255).astype(np.uint8),
        np.concatenate([picture[: 300 + 10 * (number % 6)], np.full_like(picture[300 + 10 * (number % 6) :], 90)]),
        np.repeat(np.repeat(picture[::4, ::4], 4, 0), 4, 1),
    ]
    return np.ascontiguousarray(kinds[number % len(kinds)])


def png(picture):
    buffer = BytesIO()
    with av.open(buffer, "w", format="image2pipe") as container:
        stream = container.add_stream("png", rate=1)
        stream.height, stream.width, stream.pix_fmt = picture.shape[0], picture.shape[1], "rgb24"
        for packet in [*stream.encode(av.VideoFrame.from_ndarray(picture, format="rgb24")), *stream.encode()]:
            container.mux(packet)
    return base64.b64encode(buffer.getvalue()).decode()


async def test_same_frames_same_labels(server, launch, tmp_path):
    video = tmp_path / "smile.mp4"
    write_smile_mp4(video)
    with av.open(str(video)) as container:
        pictures: list[Any] = [frame.to_ndarray(format="rgb24") for frame in container.decode(video=0)][:36]
    pictures = [varied(picture, number) for number, picture in enumerate(pictures)]
    sensor = Sensor()
    here = [sensor.read(picture) for picture in pictures]
    page = await (await launch()).new_page()
    await page.goto(server.url)
    worker = "/assets/" + next((WEB / "assets").glob("inference-*.js")).name
    there = await page.evaluate(_READ, {"worker": worker, "frames": [png(picture) for picture in pictures]})
    pairs = [(a.weights, b["weights"]) for a, b in zip(here, there, strict=True) if a and b["weights"]]
    assert sum((a is None) == (b["weights"] is None) for a, b in zip(here, there, strict=True)) == len(pictures)
    assert len(pairs) >= 24
    differences = np.abs(np.array([a for a, _ in pairs]) - np.array([b for _, b in pairs]))
    assert differences.mean() <= 0.05
    assert np.std([a[3] for a, _ in pairs]) > 0.02, "the frames must differ, or agreeing means nothing"
