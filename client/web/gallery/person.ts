// Pictures of people, drawn from a few shapes: nobody's face.

/** What a camera gives: a still outline. */
export function madeUpFace(): MediaStream {
  const canvas = document.createElement("canvas");
  [canvas.width, canvas.height] = [320, 240];
  const pen = canvas.getContext("2d");
  if (pen) {
    pen.fillStyle = "#3a4152";
    pen.fillRect(0, 0, 320, 240);
    pen.fillStyle = "#8c93a8";
    pen.beginPath();
    pen.arc(160, 110, 52, 0, 7);
    pen.ellipse(160, 250, 96, 78, 0, 0, 7);
    pen.fill();
  }
  return canvas.captureStream(1);
}

/** Someone before a window, who sways a little. */
export function madeUpPerson(dark: string, light: string): MediaStream {
  const canvas = document.createElement("canvas");
  [canvas.width, canvas.height] = [640, 480];
  const pen = canvas.getContext("2d");
  pen?.scale(2 / 3, 2 / 3);
  const draw = (): void => {
    if (pen) drawPerson(pen, dark, light, Math.sin(performance.now() / 2200));
  };
  draw();
  const still = matchMedia("(prefers-reduced-motion: reduce)").matches;
  setInterval(draw, still ? 1000 : 150);
  return canvas.captureStream(still ? 1 : 7);
}

function drawPerson(pen: CanvasRenderingContext2D, dark: string, light: string, sway: number): void {
  const room = pen.createRadialGradient(690, 200, 0, 560, 320, 780);
  room.addColorStop(0, light);
  room.addColorStop(0.45, dark);
  room.addColorStop(1, "#0d0f16");
  pen.fillStyle = room;
  pen.fillRect(0, 0, 960, 720);
  const x = 450 + 7 * sway;
  // Twice: the light that comes around the edge, and the dark before it.
  for (const [shift, colour, blur] of [
    [14, light, "10px"],
    [0, "#171a25", "5px"],
  ] as const) {
    pen.filter = `blur(${blur})`;
    pen.fillStyle = colour;
    pen.beginPath();
    pen.ellipse(x + shift, 800, 310, 300, 0, 0, 7);
    pen.roundRect(x + shift / 2 - 56, 400, 112, 170, 50);
    pen.ellipse(x + shift + 3 * sway, 330, 122, 152, 0.03 * sway, 0, 7);
    pen.fill();
  }
  pen.filter = "none";
}
