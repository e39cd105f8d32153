"""Reading XML (question banks, manifests, drawings): no document type, no entity, no error."""

from __future__ import annotations

from tests.fuzz.texts import read

SEEDS = (
    b'<quiz><question><questiontext><text><![CDATA[<p>1/2</p>]]></text></questiontext></question></quiz>',
    "<qti-assessment-item title='Phân số'><qti-item-body><p>Câu 1</p></qti-item-body></qti-assessment-item>".encode(),
    b'<svg xmlns="http://www.w3.org/2000/svg"><text x="1">Hinh 1</text><style>a{}</style></svg>',
    '<?xml version="1.0" encoding="utf-16"?><a>Phân số</a>'.encode("utf-16"),
    b'<!DOCTYPE a [<!ENTITY x SYSTEM "file:///etc/hostname">]><a>&x;</a>',
)


def target(data: bytes) -> None:
    """Its text; whatever declares an entity gives none."""
    for media_type in ("application/xml", "image/svg+xml"):
        found = read(data, media_type)
        if b"<!ENTITY" in data[:1000] and b"<!--" not in data and b"CDATA" not in data:
            assert found.state != "ready", "a document type is refused"
