"""tests/golden/codes.json: what people type for a code, what it becomes, and the words of a check, for both languages.

``python tests/golden/make_codes.py`` writes it anew. What typed text means is written here by hand; only octets and
the words of digests are computed, with ``hashlib`` and the layout that ``kuuki/call/checking.py`` describes.
"""

import hashlib
import json
from pathlib import Path

from kuuki.call.words import WORDS

GOLDEN = Path(__file__).parent / "codes.json"

CODE = "sakura-tanuki-momiji-7"
SHIKA = "jitensha-shika-fune-4"
CHAWAN = "chawan-tsuki-ocha-0"

PARSE = [
    ("sakura-tanuki-momiji-7", CODE),
    ("  sakura-tanuki-momiji-7\r\n", CODE),
    ("SAKURA-Tanuki-momiji-7", CODE),
    ("sakura tanuki momiji 7", CODE),
    ("sakura, tanuki, momiji, 7.", CODE),
    ("sakura_tanuki_momiji_7", CODE),
    ("sakura–tanuki—momiji−7", CODE),
    ("sakura・tanuki･momiji·7", CODE),
    ("sakuraーtanukiーmomijiー7", CODE),
    ("sakuratanukimomiji7", CODE),
    ("sakura tanukimomiji7", CODE),
    ("saku ra tanuki momiji 7", CODE),
    ("ＳＡＫＵＲＡ－ｔａｎｕｋｉ－ｍｏｍｉｊｉ－７", CODE),
    ("さくら・たぬき・もみじ・7", CODE),
    ("さくらたぬきもみじ７", CODE),
    ("サクラ　タヌキ　モミジ　７", CODE),
    ("ｻｸﾗ ﾀﾇｷ ﾓﾐｼﾞ 7", CODE),
    ("さくら、タヌキ、momiji、七", CODE),
    ("さくらたぬきもみじ七", CODE),
    ("さくら たぬき もみじ なな", CODE),
    ("さくらたぬきもみじなな", CODE),
    ("さくら たぬき もみじしち", CODE),
    ("さくら たぬきもみじ なな", CODE),
    ("もみし\u3099 さくら たぬき 7", "momiji-sakura-tanuki-7"),
    ("さくら たぬき もみぢ 7", CODE),
    ("sakura tanuki momizi 7", CODE),
    ("zitensya sika hune 4", SHIKA),
    ("jitensya-sika-fune-yon", SHIKA),
    ("zitensyasikahune4", SHIKA),
    ("じてんしゃ しか ふね 四", SHIKA),
    ("じてんしゃしかふねよん", SHIKA),
    ("tyawan tuki otya 0", CHAWAN),
    ("cyawan tsuki ocya 零", CHAWAN),
    ("ちゃわん つき おちゃ 〇", CHAWAN),
    ("ちゃわん・つき・おちゃ・まる", CHAWAN),
    ("jyagaimo zyanken tampopo 1", "jagaimo-janken-tanpopo-1"),
    ("lakuda lemon sola 2", "rakuda-remon-sora-2"),
    ("sakurra-tanuki-momiji-7", CODE),
    ("sakur-anuki-momji-7", None),
    ("sakur-tanui-momji-7", CODE),
    ("sakuar-tanuik-momjii-7", CODE),
    ("sakira-tamuki-nomiji-7", CODE),
    ("さくり たぬち もみし 7", CODE),
    ("sakuratanukimomij7", CODE),
    ("sakuratanukkimomiji7", CODE),
    ("sakura tanukkimomiji 7", CODE),
    ("sakuratamukinomiji7", None),
    ("https://kuuki.example/call#c=sakura-tanuki-momiji-7", CODE),
    ("https://kuuki.example/call?x=1&y=2#lang=ja&c=sakura-tanuki-momiji-7", CODE),
    ("Call me: https://kuuki.example/call#c=sakura-tanuki-momiji-7&lang=ja, please", CODE),
    ("https://kuuki.example/call#c=Sakura-Tanuki-Momiji-7", CODE),
    ("\u2007" * 177 + "sakura-tanuki-momiji-7 ", CODE),
    ("", None),
    ("7", None),
    ("-", None),
    ("sakura", None),
    ("sakura-tanuki-momiji", None),
    ("sakura-tanuki-7", None),
    ("sakuratanuki7", None),
    ("sakura-tanuki-momiji-77", None),
    ("7-sakura-tanuki-momiji", None),
    ("sakura-7-tanuki-momiji", None),
    ("sakura-tanuki-momiji-sora-7", None),
    ("sakura-tanuki-momiji-sora", None),
    ("sakuratanukimomiji", None),
    ("sakuratanukimomijisora7", None),
    ("sakxrx-tanuki-momiji-7", None),
    ("hello-tanuki-momiji-7", None),
    ("nami-tanuki-nasi-7", None),
    ("memon-tanuki-momiji-7", None),
    ("sakura-tanuki-momiji-٧", None),
    ("сакура-тануки-момиджи-7", None),
    ("櫻-狸-紅葉-7", None),
    ("https://kuuki.example/call", None),
    ("https://kuuki.example/call#c=", None),
    ("https://kuuki.example/sakura-tanuki-momiji-7", None),
    ("\u2007" * 178 + "sakura-tanuki-momiji-7 ", None),
    ("a" * 199 + "7", None),
    ("あ" * 199 + "7", None),
    ("\ufdfa" * 200, None),
    ("\udc00\ud800", None),
    ("\u0000", None),
]
"""What was typed, and the code that was meant."""

COMPLETE = [
    ("mom", ["momiji", "momo"]),
    ("momi", ["momiji"]),
    ("momiji", ["momiji"]),
    ("MOMI", ["momiji"]),
    ("sa", ["sakura", "sandaru", "sanpo", "sashimi"]),
    ("sakura-tanuki-mom", ["momiji", "momo"]),
    ("sakura tanuki mom", ["momiji", "momo"]),
    ("sakuratanukimom", ["momiji", "momo"]),
    ("さくらたぬきもみ", ["momiji"]),
    ("さくら・たぬき・もm", ["momiji", "momo"]),
    ("モミ", ["momiji"]),
    ("し", ["shika", "shiso", "shizuku"]),
    ("sy", ["shabon", "shamisen", "shashin"]),
    ("sh", ["shabon", "shamisen", "shashin", "shika", "shiso", "shizuku"]),
    ("しゃ", ["shabon", "shamisen", "shashin"]),
    ("zit", ["jitensha"]),
    ("ty", ["chawan"]),
    ("k", ["kabocha", "kaeru", "kagami", "kaidan", "kamakiri", "kamera"]),
    ("", []),
    ("momiji-", []),
    ("momiji ", []),
    ("x", []),
    ("もみじ・", []),
    ("sakura-tanuki-momiji-7", []),
    ("sakura-tanuki-momiji-s", []),
    ("sakuratanukimomijis", []),
    ("7", []),
    (" " * 198 + "momi", []),
]
"""What was typed so far, and the words that may become of the last."""

KANA = [
    (CODE, "さくら・たぬき・もみじ・7"),
    (SHIKA, "じてんしゃ・しか・ふね・4"),
    (CHAWAN, "ちゃわん・つき・おちゃ・0"),
    ("ryokan-kingyo-jagaimo-9", "りょかん・きんぎょ・じゃがいも・9"),
    ("kasutera-tenugui-enpitsu-1", "かすてら・てぬぐい・えんぴつ・1"),
]

NO_CODES = [
    "",
    "sakura-tanuki-momiji",
    "sakura-tanuki-momiji-77",
    "sakura-tanuki-momiji-7\n",
    "sakura-tanuki-momiji-٧",
    "Sakura-tanuki-momiji-7",
    "sakura-tanuki-hello-7",
    "sakura tanuki momiji 7",
    "sakura-tanuki-momiji-sora-7",
    "さくら・たぬき・もみじ・7",
]

CALLER = "sha-256 " + ":".join(f"{octet:02X}" for octet in range(32))
CALLEE = "sha-256 " + ":".join(f"{255 - octet:02X}" for octet in range(32))
CHECKS = [
    (CALLER, CALLEE, bytes(range(16)), bytes(range(16, 32))),
    (CALLEE, CALLER, bytes(range(16)), bytes(range(16, 32))),
    (CALLER.lower(), CALLEE.replace("sha", "SHA"), bytes(range(16)), bytes(range(16, 32))),
    (CALLER, CALLEE, bytes(16), b"\xff" * 16),
]

BAD_FINGERPRINTS = [
    "",
    "sha-256",
    CALLER[:-3],
    CALLER + ":00",
    CALLER + "\n",
    " " + CALLER,
    CALLER.replace("sha-256", "sha-1"),
    CALLER.replace("00:", "0G:"),
    CALLER.replace(":", ""),
]

OTHER = "sha-512 " + ":".join(["AB"] * 64)
DESCRIPTIONS = [
    ("one", f"v=0\r\na=fingerprint:{CALLER}\r\na=setup:active\r\n", CALLER, None),
    ("one, with bare line ends", f"v=0\na=fingerprint:{CALLER}", CALLER, None),
    ("none", "v=0\r\na=setup:active\r\n", None, None),
    ("nothing", "", None, None),
    ("the same twice", f"a=fingerprint:{CALLER}\r\na=fingerprint:{CALLER.lower()}\r\n", CALLER, None),
    ("two that differ", f"a=fingerprint:{CALLER}\r\na=fingerprint:{CALLEE}\r\n", None, None),
    ("within a line", f"s=a=fingerprint:{CALLER}\r\n", None, None),
    (
        "another hash before and after it",
        f"a=fingerprint:{OTHER}\r\na=fingerprint:{CALLER}\r\na=fingerprint:{OTHER}\r\na=setup:active\r\n",
        CALLER,
        f"a=fingerprint:{CALLER}\r\na=setup:active\r\n",
    ),
    (
        "malformed ones",
        f"a=fingerprint:{CALLER} {OTHER}\r\na=fingerprint:{CALLER}\r{OTHER}\na=fingerprint:\na=fingerprint:{CALLER}\n",
        CALLER,
        f"a=fingerprint:{CALLER}\n",
    ),
]
"""Title, description, its fingerprint, and the description with that one alone (None: as it was)."""


def check_case(caller, callee, caller_nonce, callee_nonce):
    digests = [bytes.fromhex(text[8:].replace(":", "")) for text in (caller, callee)]
    committed = b"kuuki call commitment 1\0" + digests[0] + caller_nonce
    hashed = b"kuuki call words 1\0" + digests[0] + digests[1] + caller_nonce + callee_nonce
    return {
        "caller": caller,
        "callee": callee,
        "caller_nonce": caller_nonce.hex(),
        "callee_nonce": callee_nonce.hex(),
        "commit_bytes": committed.hex(),
        "commitment": hashlib.sha256(committed).hexdigest(),
        "check_bytes": hashed.hex(),
        "words": [WORDS[octet] for octet in hashlib.sha256(hashed).digest()[:4]],
    }


def golden():
    return {
        "about": "parse, complete: what was typed, and what it becomes; kana: a code as it is shown; checks: hex",
        "words_sha256": hashlib.sha256(" ".join(WORDS).encode()).hexdigest(),
        "parse": [{"typed": typed, "code": code} for typed, code in PARSE],
        "complete": [{"typed": typed, "words": words} for typed, words in COMPLETE],
        "kana": [{"code": code, "kana": kana} for code, kana in KANA],
        "no_codes": NO_CODES,
        "checks": [check_case(*case) for case in CHECKS],
        "bad_fingerprints": BAD_FINGERPRINTS,
        "descriptions": [
            {"title": title, "sdp": sdp, "fingerprint": found, "alone": sdp if alone is None else alone}
            for title, sdp, found, alone in DESCRIPTIONS
        ],
    }


if __name__ == "__main__":
    GOLDEN.write_text(json.dumps(golden(), indent=1) + "\n", encoding="utf-8")
