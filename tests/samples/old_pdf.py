"""A PDF as old programs printed it: one byte a letter in a simple font, so its text layer holds the font's bytes."""

from __future__ import annotations


def to_pdf(lines: list[str], font: str) -> bytes:
    """One page of Latin-1 lines in a font of this name, which is not embedded."""
    drawn = b"".join(b"(" + _escaped(line) + b") Tj T*\n" for line in lines)
    stream = b"BT /F1 11 Tf 14 TL 40 800 Td\n" + drawn + b"ET"
    objects = [
        b"<< /Type /Catalog /Pages 2 0 R >>",
        b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 2000 842] /Contents 5 0 R /Resources <</Font <</F1 4 0 R>>>> >>",
        b"<< /Type /Font /Subtype /TrueType /BaseFont /" + font.encode() + b" /Encoding /WinAnsiEncoding"
        b" /FirstChar 32 /LastChar 255 /Widths [" + b"500 " * 224 + b"] >>",
        b"<< /Length " + str(len(stream)).encode() + b" >>\nstream\n" + stream + b"\nendstream",
    ]
    content, places = b"%PDF-1.4\n", []
    for number, body in enumerate(objects, 1):
        places.append(len(content))
        content += f"{number} 0 obj\n".encode() + body + b"\nendobj\n"
    table = "".join(f"{place:010d} 00000 n \n" for place in places).encode()
    count = str(len(objects) + 1).encode()
    return (
        content + b"xref\n0 " + count + b"\n0000000000 65535 f \n" + table
        + b"trailer << /Size " + count + b" /Root 1 0 R >>\nstartxref\n" + str(len(content)).encode() + b"\n%%EOF\n"
    )  # fmt: skip


def _escaped(line: str) -> bytes:
    escaped = line.replace("\\", r"\\").replace("(", r"\(").replace(")", r"\)")
    return escaped.encode("latin-1", "replace")
