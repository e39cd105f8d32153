"""Pictures and PDFs for tests, drawn by Pillow and fpdf2."""

from __future__ import annotations

from pathlib import Path

from fpdf import FPDF
from fpdf.enums import AccessPermission
from PIL import Image

_ORIENTATION, _ARTIST = 0x0112, 0x013B
CANARY = "tac-gia-bi-mat"


def photograph(path: Path, size: tuple[int, int] = (1200, 800), *, lying: bool = False) -> Path:
    """A JPEG that is red on its left and blue on its right; `lying` asks viewers to turn it by 90 degrees."""
    image = Image.new("RGB", size, "blue")
    image.paste("red", (0, 0, size[0] // 2, size[1]))
    exif = Image.Exif()
    exif[_ARTIST] = CANARY
    if lying:
        exif[_ORIENTATION] = 6
    image.save(path, "JPEG", exif=exif)
    return path


def clear_png(path: Path) -> Path:
    """A PNG that is transparent all over."""
    Image.new("RGBA", (600, 300), (0, 0, 0, 0)).save(path, "PNG")
    return path


def noisy_png(path: Path, side: int = 1000) -> Path:
    """A PNG of noise, which no encoder makes small."""
    Image.effect_noise((side, side), 120).convert("RGB").save(path, "PNG")
    return path


def scanned_pdf(path: Path, photo: Path, pages: int = 1) -> Path:
    """A PDF whose pages are pictures, without a text layer."""
    document = FPDF(format="A4")
    for _ in range(pages):
        document.add_page()
        document.image(photo, x=10, y=10, w=180)
    document.output(path)
    return path


def encrypted_pdf(path: Path) -> Path:
    """A PDF that opens with a password only."""
    document = FPDF(format="A4")
    document.set_encryption(owner_password="chu", user_password="khach", permissions=AccessPermission.none())
    document.add_page()
    document.set_font("helvetica", size=12)
    document.cell(text=CANARY)
    document.output(path)
    return path


def tall_pdf(path: Path) -> Path:
    """A PDF page that is a strip: 10 mm wide and 5 m long."""
    document = FPDF(format=(10, 5000))
    document.add_page()
    document.output(path)
    return path
