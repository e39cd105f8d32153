"""Draws the demo's own short video (fractions on a number line) with Pillow and ffmpeg; run once, result
committed.
"""

from __future__ import annotations

import subprocess
import sys
import tempfile
from pathlib import Path

from PIL import Image, ImageDraw, ImageFont

SIZE = (640, 360)
FRAMES_PER_SECOND = 10
SECONDS = 8
TARGET = Path(__file__).parent / "media" / "phan-so-tren-truc-so.mp4"
INK, ACCENT, PAPER = "#1d3557", "#c1440e", "#fdfcf7"


def draw_frame(progress: float) -> Image.Image:
    """One picture; `progress` runs from 0 to 1 while the point jumps over the quarters of the number line."""
    picture = Image.new("RGB", SIZE, PAPER)
    pen = ImageDraw.Draw(picture)
    large, small = (ImageFont.truetype("DejaVuSans.ttf", size) for size in (34, 20))
    pen.text((40, 30), "Phân số trên trục số", fill=INK, font=large)
    pen.line((60, 230, 600, 230), fill=INK, width=3)
    for quarter in range(6):
        x = 80.0 + quarter * 100
        pen.line((x, 220, x, 240), fill=INK, width=3)
        pen.text((x - 15, 252), ["0", "1/4", "2/4", "3/4", "1", "5/4"][quarter], fill=INK, font=small)
    place = min(progress * 1.15, 1.0) * 5
    jump = abs((place % 1) - 0.5)
    x, y = 80 + place * 100, 225 - 60 * (1 - (2 * jump) ** 2) * (place % 1 > 0)
    pen.line((80, 230, x, 230), fill=ACCENT, width=6)
    pen.ellipse((x - 10, y - 10, x + 10, y + 10), fill=ACCENT)
    pen.text((40, 310), f"Đã nhảy {int(place)} bước, mỗi bước 1/4 đơn vị", fill=INK, font=small)
    return picture


def make_video(target: Path) -> None:
    """Write the video: H.264, yuv420p, index at the front, no sound."""
    with tempfile.TemporaryDirectory() as folder:
        count = FRAMES_PER_SECOND * SECONDS
        for number in range(count):
            draw_frame(number / (count - 1)).save(Path(folder) / f"{number:04}.png")
        command = ["ffmpeg", "-y", "-loglevel", "error", "-framerate", str(FRAMES_PER_SECOND)]
        command += ["-i", f"{folder}/%04d.png", "-c:v", "libx264", "-pix_fmt", "yuv420p", "-crf", "28"]
        subprocess.run([*command, "-movflags", "+faststart", "-map_metadata", "-1", str(target)], check=True)


if __name__ == "__main__":
    make_video(Path(sys.argv[1]) if len(sys.argv) > 1 else TARGET)
