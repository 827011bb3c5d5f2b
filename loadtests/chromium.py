"""How a headless Chromium is started here: no sandbox (root), no GPU, no calls home."""

from pathlib import Path
from typing import Final

ARGS: Final = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)


def webcam_args(video: Path) -> list[str]:
    """A fake camera that plays this y4m, and whose use is granted."""
    fake = ["--use-fake-ui-for-media-stream", "--use-fake-device-for-media-stream"]
    return [*fake, f"--use-file-for-fake-video-capture={video}"]
