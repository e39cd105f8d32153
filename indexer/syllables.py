"""What a Vietnamese syllable can look like: the evidence by which old encodings are recognised."""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

_TONES = frozenset("\u0300\u0301\u0303\u0309\u0323")
_ONSET = "b|ch?|d|đ|gh?|gi|h|kh?|l|m|ngh?|nh?|ph?|qu|r|s|th?|tr|v|x"
_RHYMES = """
a ac ach ai am an ang anh ao ap at au ay ăc ăm ăn ăng ăp ăt âc âm ân âng âp ât âu ây
e ec em en eng eo ep et ê êch êm ên ênh êp êt êu i ia ich im in inh ip it iu iêc iêm iên iêng iêp iêt iêu
o oa oac oach oai oam oan oang oanh oao oap oat oay oăc oăm oăn oăng oăt oc oe oen oeo oet oi om on ong ooc oong
op ot ô ôc ôi ôm ôn ông ôp ôt ơ ơi ơm ơn ơp ơt u ua uc ui um un ung up ut uân uâng uât uây uâc uê uêch uên uênh
uêt uơ uôc uôi uôm uôn uông uôt uôp uy uya uych uyên uyêt uyn uynh uyp uyt uyu
ư ưa ưc ưi ưm ưn ưng ưt ưu ươc ươi ươm ươn ương ươp ươt ươu y ych yên yêt yêu yêm yêng ynh yt
"""
_SYLLABLE = re.compile(rf"(?:{_ONSET})?(?:{'|'.join(sorted(_RHYMES.split(), key=len, reverse=True))})|gi")
_STOPPED = re.compile("[cpt]|ch")
_WORD = re.compile(r"[^\W\d_]+")


@lru_cache(maxsize=60_000)
def is_syllable(word: str) -> bool:
    """Whether a lower-case word could be read aloud as one Vietnamese syllable, wherever its tone is written."""
    letters = unicodedata.normalize("NFD", word)
    tones = [letter for letter in letters if letter in _TONES]
    if len(tones) > 1:
        return False
    base = unicodedata.normalize("NFC", "".join(letter for letter in letters if letter not in _TONES))
    if not _SYLLABLE.fullmatch(base):
        return False
    return (not _STOPPED.match(base[-1]) and base[-2:] != "ch") or tones in (["\u0301"], ["\u0323"])


def marked_syllables(text: str) -> int:
    """How many words of `text` carry a mark and are Vietnamese syllables."""
    return sum(is_syllable(word) for word in _WORD.findall(text.lower()) if not word.isascii())
