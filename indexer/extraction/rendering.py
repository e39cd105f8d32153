"""Small WebP pictures of documents and images: PDF pages by pypdfium2, photographs by Pillow.

Runs in the child process only. Pictures are written fresh: no EXIF, place or author survives.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from PIL import Image, ImageOps

from indexer.extraction.extracted import Limits, Refused, Rendered

IMAGE_FORMATS = {
    "image/png": "PNG",
    "image/jpeg": "JPEG",
    "image/webp": "WEBP",
    "image/gif": "GIF",
    "image/bmp": "BMP",
}
MEDIA_TYPE = "image/webp"
_TALLEST = 4  # heights per width: a strip a hundred screens long is cut down to this
_QUALITIES = (80, 60, 40, 25)
_SHRINK = 0.75


@dataclass(frozen=True)
class Wish:
    """What to render: at most `pages` pages, `width` pixels wide, `max_bytes` bytes each where possible."""

    pages: int
    width: int
    max_bytes: int


def render(path: Path, media_type: str, folder: Path, wish: Wish, limits: Limits) -> Iterator[Rendered]:
    """Write page-0001.webp ... into `folder`, giving each when done. Raises Refused or what parsers raise."""
    if media_type in IMAGE_FORMATS:
        image = open_image(path, IMAGE_FORMATS[media_type], wish.width, limits)
        yield _save(1, image, folder, wish.max_bytes)
    elif media_type == "application/pdf":
        for number, image in _pdf_pages(path, wish):
            yield _save(number, image, folder, wish.max_bytes)
    else:
        raise Refused("unsupported")


def open_image(path: Path, image_format: str, width: int, limits: Limits) -> Image.Image:
    """The image upright, on white, at most `width` wide. The size is judged before a pixel is decoded."""
    Image.MAX_IMAGE_PIXELS = None  # our own limit below is stricter and raises instead of warning
    with Image.open(path, formats=(image_format,)) as image:
        if image.width * image.height > limits.pixels:
            raise Refused("too_big")
        image.draft("RGB", (width * 2, width * 2 * _TALLEST))  # JPEG only: decode small at once
        upright = ImageOps.exif_transpose(image)
    if upright.mode not in ("RGB", "RGBA", "L"):
        upright = upright.convert("RGBA" if upright.has_transparency_data else "RGB")
    upright.thumbnail((width, width * _TALLEST), reducing_gap=2.0)
    return _on_white(upright)


def _on_white(image: Image.Image) -> Image.Image:
    if image.mode != "RGBA":
        return image.convert("RGB")
    white = Image.new("RGB", image.size, "white")
    white.paste(image, mask=image.getchannel("A"))
    return white


def _pdf_pages(path: Path, wish: Wish) -> Iterator[tuple[int, Image.Image]]:
    from indexer.extraction.pdf import open_pdf  # pictures alone do not need pdfium

    document = open_pdf(path)
    try:
        for number in range(min(len(document), wish.pages)):
            page = document[number]
            width, height = page.get_size()
            if width > 0 and height > 0:
                scale = min(wish.width / width, wish.width * _TALLEST / height)
                yield number + 1, page.render(scale=scale).to_pil().convert("RGB")
            page.close()
    finally:
        document.close()


def _save(page: int, image: Image.Image, folder: Path, max_bytes: int) -> Rendered:
    """Lower the quality, then the size, until the picture fits; the smallest try is kept anyway."""
    target = folder / f"page-{page:04d}.webp"
    for step in range(len(_QUALITIES) + 2):
        if step >= len(_QUALITIES):
            image = image.resize((max(1, int(image.width * _SHRINK)), max(1, int(image.height * _SHRINK))))
        image.save(target, "WEBP", quality=_QUALITIES[min(step, len(_QUALITIES) - 1)], method=4)
        if target.stat().st_size <= max_bytes:
            break
    return Rendered(page, image.width, image.height, MEDIA_TYPE, target)
