"""What README and docs promise: no more than was measured, and under which condition it holds."""

import re
from pathlib import Path

import pytest

HERE = Path(__file__).resolve().parents[2]
PAGES = sorted([*HERE.glob("README*.md"), *HERE.glob("docs/*.md"), *HERE.glob("CONTRIBUTING.md")])

UNTRUE = {
    "one look at a small room's mix before and after somebody comes tells much (docs/mix.md)": (
        r"never a single person|singled out|特定され(ま|る(こと|のを))|anonymous|匿名"
    ),
    "measured on one machine only, without the way through the internet": r"quarter (of a )?second|四分の一秒",
    "words that are not read aloud by voices that know each other prove nothing": (
        r"nobody stands between|prove that nobody listens|誰も間にいないことがわかります"
    ),
    "a room's mix is recorded unless somebody says otherwise": (
        r"nothing (of you )?is (ever )?kept|何も残(りません|さない)"
    ),
    "what a room is used for is declared by whoever makes it": r"refuses such rooms|利用は受け付けません",
}


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_no_page_promises_what_is_not_so(page):
    text = " ".join(page.read_text().split())
    assert {why: found for why, pattern in UNTRUE.items() if (found := re.findall(pattern, text))} == {}


@pytest.mark.parametrize(
    ("readme", "said"),
    [
        ("README.md", ["before and after that person comes", "recorded for 24 hours", "read aloud", "On real phones"]),
        ("README.ja.md", ["出入りする前とあとを見比べれば", "24時間記録します", "声に出して", "実物のスマートフォン"]),
    ],
)
def test_both_readmes_say_what_does_not_hold(readme, said):
    text = (HERE / readme).read_text()
    assert [part for part in said if part not in text] == []
