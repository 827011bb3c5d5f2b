"""Codes: the words themselves, what is typed for them, and the laws that both hold."""

import itertools
import json
import re
import string
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kuuki.call import codes
from kuuki.call.codes import CODE, complete, is_code, kana_of, kana_of_word, make_code, parse_code
from kuuki.call.words import SYLLABLES, WORDS
from tests.golden.make_codes import GOLDEN as MADE
from tests.golden.make_codes import golden

GOLDEN = json.loads((Path(__file__).parents[2] / "golden" / "codes.json").read_text(encoding="utf-8"))

words = st.sampled_from(WORDS)
any_code = st.binary(min_size=5, max_size=32).map(make_code)


def kunrei(word):
    for hepburn, other in (("sh", "sy"), ("ch", "ty"), ("ts", "t"), ("f", "h"), ("j", "zy")):
        word = word.replace(hepburn, other)
    return word.replace("yi", "i")


def slips_of(word):
    """One letter added, wrong (or right), or missing, or two neighbours swapped."""
    for i in range(len(word) + 1):
        yield from (word[:i] + letter + word[i:] for letter in string.ascii_lowercase)
        yield from (word[:i] + letter + word[i + 1 :] for letter in string.ascii_lowercase if i < len(word))
        yield word[:i] + word[i + 1 :]
        yield word[:i] + word[i : i + 2][::-1] + word[i + 2 :]


# --- the words


def test_the_golden_file_is_current():
    assert golden() == GOLDEN
    assert json.loads(MADE.read_text(encoding="utf-8")) == GOLDEN


def test_there_are_256_words_in_order():
    assert len(WORDS) == len(set(WORDS)) == 256
    assert list(WORDS) == sorted(WORDS)
    assert all(re.fullmatch("[a-z]{3,8}", word) for word in WORDS)
    assert len({word[:4] for word in WORDS}) == 256


@pytest.mark.parametrize("spelled", [str, kunrei])
def test_no_words_are_within_one_slip_and_none_begins_with_another(spelled):
    spellings = set(map(spelled, WORDS))
    assert len(spellings) == 256
    for word in spellings:
        assert spellings & set(slips_of(word)) == {word}
    for one, other in itertools.permutations(spellings, 2):
        assert not one.startswith(other)


@pytest.mark.parametrize("spelled", [str, kunrei])
def test_no_word_passes_for_two_others(spelled):
    both = {spelled(one) + spelled(other) for one, other in itertools.product(WORDS, WORDS)}
    for word in WORDS:
        assert both.isdisjoint(slips_of(spelled(word))), word


@pytest.mark.parametrize("spelled", [str, kunrei])
def test_no_slip_moves_the_end_of_a_word_into_the_next(spelled):
    """Nabe-koneko and nameko-neko, typed in one, are one slip apart: such words are not ours together."""
    ours = set(map(spelled, WORDS))
    slipped = set().union(*map(slips_of, ours))
    for longer, shorter in itertools.permutations(ours, 2):
        if longer.endswith(shorter):
            start = longer.removesuffix(shorter)
            assert slipped.isdisjoint(word + start for word in ours)
            assert slipped.isdisjoint(word.removesuffix(start) for word in ours if word.endswith(start))


def test_kana_and_letters_follow_from_each_other():
    latin = {kana: spelled for spelled, kana in SYLLABLES.items()}
    assert len(latin) == len(SYLLABLES) == 101
    for word in WORDS:
        kana = kana_of_word(word)
        assert re.fullmatch("[ぁ-ん]+", kana)
        assert "".join(latin[part] for part in re.findall("[か-ろ][ゃゅょ]|.", kana)) == word
        assert not re.search(r"aa|ii|uu|ee|oo|ou|([^aiueo])\1", word)
        assert not re.search("ん[あいうえおやゆよ]", kana)


def test_no_word_is_a_spoken_digit():
    assert not set(WORDS) & set(codes.SPOKEN)
    assert set(codes.SPOKEN.values()) == set("0123456789")


def test_respelling_stays_within_a_word():
    assert {word[-1] for word in WORDS} == set("aiueon")
    assert not {spelled[0] for spelled, _ in codes.RESPELLED} & set("aiueon")


# --- what the golden file says


@pytest.mark.parametrize("case", GOLDEN["parse"], ids=lambda case: ascii(case["typed"][-40:]))
def test_what_was_typed_is_this_code(case):
    assert parse_code(case["typed"]) == case["code"]


@pytest.mark.parametrize("case", GOLDEN["complete"], ids=lambda case: ascii(case["typed"][-40:]))
def test_what_is_being_typed_may_become_these(case):
    assert complete(case["typed"]) == case["words"]


@pytest.mark.parametrize("case", GOLDEN["kana"], ids=lambda case: case["code"])
def test_a_code_is_shown_in_kana(case):
    assert kana_of(case["code"]) == case["kana"]


@pytest.mark.parametrize("text", GOLDEN["no_codes"], ids=ascii)
def test_only_the_canonical_form_is_a_code(text):
    assert not is_code(text)
    with pytest.raises(ValueError, match="not a code"):
        kana_of(text)


def test_only_our_words_have_kana():
    with pytest.raises(ValueError, match="not one of our words"):
        kana_of_word("hello")


# --- laws


def test_a_code_is_made_of_five_bytes():
    assert make_code(bytes(5)) == f"{WORDS[0]}-{WORDS[0]}-{WORDS[0]}-0"
    assert make_code(bytes([1, 2, 255, 1, 1, 99])) == f"{WORDS[1]}-{WORDS[2]}-{WORDS[255]}-7"  # 257 modulo 10
    with pytest.raises(ValueError, match="too few bytes"):
        make_code(bytes(4))


@given(any_code)
def test_every_code_is_one_and_is_read_in_either_script(code):
    assert is_code(code)
    assert re.fullmatch(CODE, code)
    assert parse_code(code) == code
    assert parse_code(kana_of(code)) == code
    assert parse_code(code.replace("-", "")) == code
    assert parse_code(kana_of(code).replace("・", "")) == code
    assert parse_code("-".join(map(kunrei, code.split("-")))) == code
    assert parse_code("".join(map(kunrei, code.split("-")))) == code


@given(any_code, st.sampled_from([" ", "　", "‐", "—", "·", "・", ",", "/", " - ", "\t", "ー"]))
def test_any_separator_will_do(code, separator):
    assert parse_code(separator.join(code.split("-"))) == code
    assert parse_code(separator + separator.join(kana_of(code).split("・")) + separator) == code


@given(any_code, st.sampled_from(sorted(codes.SPOKEN)))
def test_the_digit_may_be_a_word(code, spoken):
    three = code.rsplit("-", 1)[0]
    meant = f"{three}-{codes.SPOKEN[spoken]}"
    assert parse_code(f"{three}-{spoken}") == meant
    assert parse_code((three + spoken).replace("-", "")) == meant


def test_a_slip_in_a_word_is_forgiven_or_leads_nowhere():
    forgiven = every = 0
    for word in WORDS[::8]:
        for slip in set(slips_of(word)):
            found = parse_code(f"{slip}-tanuki-momiji-7")
            assert found in (f"{word}-tanuki-momiji-7", None), (word, slip, found)
            every, forgiven = every + 1, forgiven + (found is not None)
    assert forgiven / every > 0.9


@given(any_code, st.data())
def test_a_slip_in_each_word_is_forgiven_or_leads_nowhere(code, data):
    *three, digit = code.split("-")
    slipped = [data.draw(st.sampled_from(list(slips_of(word)))) for word in three]
    assert parse_code("-".join([*slipped, digit])) in (code, None)


@given(st.tuples(words, words, words), st.data())
def test_a_slip_in_words_typed_in_one_is_forgiven_or_leads_nowhere(three, data):
    slipped = [*three]
    place = data.draw(st.integers(0, 2))
    slipped[place] = data.draw(st.sampled_from(list(slips_of(three[place]))))
    assert parse_code("".join(slipped) + "7") in ("-".join([*three, "7"]), None)


@given(st.text(max_size=210) | st.text("aiueokstnhmyrgzdbpcjfwv あかさたなん・-#&c=0123456789", max_size=210))
def test_anything_typed_is_a_code_or_none(typed):
    code = parse_code(typed)
    assert code is None or is_code(code)
    assert set(complete(typed)) <= set(WORDS)


@given(words, words, words, st.integers(0, 2), st.data())
def test_completion_offers_the_word_being_typed(first, second, third, before, data):
    word = (first, second, third)[before]
    earlier = [first, second][:before]
    for spell in (str, kunrei):
        cut = data.draw(st.integers(1, len(spell(word))))
        typed = [*map(spell, earlier), spell(word)[:cut]]
        for separator in ("-", " ", "・"):
            assert word in complete(separator.join(typed), most=256)
        if cut > 3:
            assert complete(typed[-1]) == [word]
    assert complete("".join([*map(kana_of_word, earlier), kana_of_word(word)])) == [word]
    assert len(complete(word[:1], most=2)) <= 2
