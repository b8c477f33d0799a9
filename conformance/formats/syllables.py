"""Whether a word is spelt as a Vietnamese syllable is.

By its parts: an initial, a rhyme, one tone at most; what ends in c, ch, p or t has only two tones.
Strict: a word is called a syllable only where schools would spell it so, since what is concluded
from it is that a text is damaged. Words of other languages of the country (Đăk, Krông, H'Mông) are
none, and need not be.
"""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

# Grave, hook above, tilde, acute, dot below; a closed syllable has one of the last two.
_TONE = re.compile("[\u0300\u0309\u0303\u0301\u0323]")
_OF_CLOSED = frozenset("\u0301\u0323")
_BEFORE_FRONT = (
    "e ec em en eng eo ep et ê êch êm ên ênh êp êt êu i ia ich im in inh ip it iu"
    " iêc iêm iên iêng iêp iêt iêu"
)
_BEFORE_BACK = (
    "a ac ach ai am an ang anh ao ap at au ay ăc ăm ăn ăng ăp ăt âc âm ân âng âp ât âu ây"
    " o oa oac oach oai oam oan oang oanh oao oap oat oay oăc oăm oăn oăng oăt oc oe oen oeo oet"
    " oi om on ong ooc oong op ot ô ôc ôi ôm ôn ông ôp ôt ơ ơi ơm ơn ơp ơt"
    " u ua uân uâng uât uây uc uê uêch uênh ui um un ung uơ uôc uôi uôm uôn uông uôt up ut uy uya"
    " uych uyên uyêt uynh uyt uyu ư ưa ưc ưi ưm ưn ưng ươc ươi ươm ươn ương ươp ươt ươu ưt ưu"
)
_AFTER_QU = (
    "a ac ach ai an ang anh ao at au ay ăc ăm ăn ăng ăp ăt âc ân âng ât ây e en eo et ê ên êt"
    " êch i ơ ơi ôc y ych yên yêt ynh yt"
)
_ALONE = "yêm yên yêng yêt yêu y"
_SYLLABLE = re.compile(
    "(?:{any}|[cg](?:{back})|ng(?:{back})|(?:k|gh|ngh)(?:{front})|k?y|gi(?:n|p|êc|êng|êt)?|qu(?:{qu})|{alone})".format(
        any="(?:b|ch|d|đ|gi|h|kh|l|m|n|nh|p|ph|r|s|t|th|tr|v|x)?(?:{both})",
        back=_BEFORE_BACK.replace(" ", "|"),
        front=_BEFORE_FRONT.replace(" ", "|"),
        qu=_AFTER_QU.replace(" ", "|"),
        alone=_ALONE.replace(" ", "|"),
    ).replace("{both}", f"{_BEFORE_BACK} {_BEFORE_FRONT} y".replace(" ", "|"))
)
_CLOSED = re.compile("(?:c|ch|p|t)$")
# Words come again and again, in one answer and in all of them.
_REMEMBERED = 4096


@lru_cache(maxsize=_REMEMBERED)
def is_syllable(word: str) -> bool:
    """Whether a word, composed or not and in either case, is spelt as a Vietnamese syllable is."""
    apart = unicodedata.normalize("NFD", word.lower())
    tones = _TONE.findall(apart)
    if len(tones) > 1:
        return False
    toneless = unicodedata.normalize("NFC", _TONE.sub("", apart))
    if not _SYLLABLE.fullmatch(toneless):
        return False
    return not _CLOSED.search(toneless) or bool(_OF_CLOSED & set(tones))
