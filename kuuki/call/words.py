"""The words that codes and checks are made of, and how Japanese syllables are written in Latin letters.

All are short, well-known Japanese words for nature, animals, food and things, in Hepburn romaji without long vowels or
double consonants, so that their kana follow from their letters. No two words, in Hepburn or in Kunrei spelling, are
within one slip of a finger (a letter wrong, missing, added, or two swapped), none begins with another, and none has
the same first four letters as another, so it is known after three or four. None is within a slip of two others typed
in one.

The order is part of the protocol: a byte names a word. A change makes other words of the same fingerprints.
"""

from typing import Final

_WORDS: Final = """
ahiru ajisai ame anime anko anzu araiguma asagao asari ayame ayatori azarashi azuki banana bonsai botan buranko
chawan chikuwa daidai daikon dango densha denwa donguri dorayaki ebi edamame egao ehon eiga emoji enpitsu fubuki
fune futaba futon fuwafuwa fuyu genki geta ginga gohan goma gorira hagaki haiku hanabi hankachi haru hasami hatake
hato hidamari hikari himawari himitsu hinagiku hitsuji hiyoko hoshi hotaru ichigo ikebana ikura inu iro iruka ishi
jagaimo janken jitensha kabocha kaeru kagami kaidan kamakiri kamera kaminari kamome kani karasu karuta kasutera
kawa kazari kaze kazoku kendama kiku kimono kingyo kinoko kirakira kisetsu kitsune kokoro kome komorebi kosumosu
kotatsu kotori kudamono kujira kuma kurage kuri kuruma kutsu kuwagata mado manga marason matsu medaka megane meron
michi midori mikan minato mitsuba mizore mizu mogura momiji momo mori murasaki nabe nagisa nakama nameko nami nasu
nawatobi nazonazo negi neko nezumi niji nikoniko ninja niwa nomimono noren ocha oden odori ohajiki omiyage omocha
ongaku onigiri onsen origami otedama oyatsu panda papaya pasuta pengin piano pikapika raion rajio rakuda remon
retasu ringo risu roba ryokan sakura sandaru sanpo sashimi sekai semi senbei sencha sensu shabon shamisen shashin
shika shiso shizuku sora soroban soyokaze suisei sumire suna sushi suzume tabi taiko taka takenoko takibi tamago
tanpopo tanuki taoru tatami tebukuro tegami tenisu tenugui terebi teriyaki tobira tokage tokei tomato tonakai
tonbo tonkatsu toshokan tsubaki tsuki tsumiki tsuru tsutsuji udon uguisu umami umi usagi uta utsuwa wagashi wakame
wakuwaku warai wasabi washi yadokari yagi yakisoba yama yanagi yane yatai yomogi yoru yozora yubiwa yukata yume
yunomi yuzu zabuton zakuro zarigani
"""

WORDS: Final[tuple[str, ...]] = tuple(_WORDS.split())
"""256 words, [a-z]{3,8}, in alphabetical order."""

_PLAIN: Final = """
a あ i い u う e え o お ka か ki き ku く ke け ko こ sa さ shi し su す se せ so そ
ta た chi ち tsu つ te て to と na な ni に nu ぬ ne ね no の ha は hi ひ fu ふ he へ ho ほ
ma ま mi み mu む me め mo も ya や yu ゆ yo よ ra ら ri り ru る re れ ro ろ wa わ n ん
ga が gi ぎ gu ぐ ge げ go ご za ざ ji じ zu ず ze ぜ zo ぞ da だ de で do ど
ba ば bi び bu ぶ be べ bo ぼ pa ぱ pi ぴ pu ぷ pe ぺ po ぽ
"""
_BEFORE_SMALL: Final = "ky き sh し ch ち ny に hy ひ my み ry り gy ぎ j じ by び py ぴ"
_SMALL: Final = "a ゃ u ゅ o ょ"


def _pairs(flat: str) -> dict[str, str]:
    return dict(zip(flat.split()[::2], flat.split()[1::2], strict=True))


SYLLABLES: Final[dict[str, str]] = _pairs(_PLAIN) | {
    onset + vowel: kana + small
    for onset, kana in _pairs(_BEFORE_SMALL).items()
    for vowel, small in _pairs(_SMALL).items()
}
"""Hepburn syllable -> hiragana. The kana that share a sound with another (ぢ, づ, を) are in none of our words."""
