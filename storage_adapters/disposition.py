"""The Content-Disposition header (RFC 6266): Vietnamese file names that every browser keeps."""

import unicodedata
from urllib.parse import quote


def content_disposition(filename: str, inline: bool = False) -> str:
    """Return the header's value with an ASCII `filename` and the true one in `filename*` (RFC 8187)."""
    name = _plain_name(filename)
    kind = "inline" if inline else "attachment"
    return f"{kind}; filename=\"{_ascii_name(name)}\"; filename*=UTF-8''{quote(name, safe='')}"


def _plain_name(filename: str) -> str:
    # Control and format characters can split a header or turn "fdp.exe" around; slashes name folders.
    kept = (
        "_" if char in "/\\" else char
        for char in unicodedata.normalize("NFC", filename)
        if unicodedata.category(char)[0] != "C"
    )
    return "".join(kept).strip() or "tep"


def _ascii_name(name: str) -> str:
    folded = unicodedata.normalize("NFKD", name.replace("đ", "d").replace("Đ", "D"))
    bare = "".join(char for char in folded if not unicodedata.combining(char))
    return "".join(char if " " <= char <= "~" and char not in '"\\%;' else "_" for char in bare)
