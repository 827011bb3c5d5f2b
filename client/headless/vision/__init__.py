"""From a picture to the seven weights of one face: letterbox, find, crop, read. Nothing is kept.

The geometry is written down exactly in docs/models.md; the browser's twin follows the same page.
"""

from client.headless.vision.finding import Face
from client.headless.vision.sensor import Reading, Sensor

__all__ = ["Face", "Reading", "Sensor"]
