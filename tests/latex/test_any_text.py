"""Whatever a title or an abstract holds, its conversion is quick, lossless and inert."""

from __future__ import annotations

import re
import time
import unicodedata
import xml.etree.ElementTree as ET
from collections import Counter
from html.parser import HTMLParser

import pytest
from hypothesis import given
from hypothesis import strategies as st

from digest.latex import mathml, readable

ALLOWED = {
    "math": {"alttext"}, "mrow": set(), "mi": {"mathvariant"}, "mn": set(), "mo": set(),
    "mtext": set(), "mspace": {"width"}, "msub": set(), "msup": set(), "msubsup": set(),
    "mfrac": set(), "msqrt": set(), "mroot": set(), "mover": {"accent"}, "munder": set(),
}  # fmt: skip

PIECES = [
    "$", "$$", "\\", r"\(", r"\)", r"\[", r"\]", "{", "}", "_", "^", "'", "&", "~", "--", "``",
    "''", "#", "%", " ", r"\'e", r"\"", r"\v ", r"\c{c}", r"\i", r"\alpha ", r"\le", r"\log",
    r"\mathbb{R}", r"\mathcal", r"\rm ", r"\text{", r"\textbf{", r"\frac", r"\sqrt[3]", r"\hat",
    r"\overline{AB}", r"\left(", r"\right.", r"\over ", r"\not", r"\href{", r"\url{", r"\cite{a}",
    r"\begin{b}", r"\end{b}", r"\unicode{x3c}", r"\foo", r"\label{", r"\textcolor", "\0", "\ud800",
    "\n",
    "<script>alert(1)</script>", "<img src=x onerror=alert(1)>", "]]>", "<!--", "\"'>", "&lt;",
    "1", "word", "é", "α", "e\u0301", "x^2", "a_{ij}",
]  # fmt: skip
TEXTS = st.lists(st.sampled_from(PIECES) | st.text(max_size=8), max_size=14).map("".join)
FORMULAS = TEXTS.map("${}$".format)
DIGITS = [
    "1", "23", "4.5", "x", " ", "_", "^", "_{6}", "^{-7}", "'", "{", "}", "+", "(", ")", r"\,",
    r"\ ", "~", r"\quad ", r"\alpha ", r"\rm ", r"\frac{8}{9}", r"\sqrt", r"\text{10}", r"\log",
    r"\hat", r"\left(", r"\right)", r"\mathbb{1}", r"\circ", r"\binom", r"\over ",
]  # fmt: skip
WORDS = st.lists(st.from_regex(r"[A-Za-z0-9]{1,8}", fullmatch=True), min_size=1, max_size=8)


class Page(HTMLParser):
    """The elements that a browser would make of a fragment."""

    def __init__(self, fragment: str) -> None:
        super().__init__()
        self.elements: list[tuple[str, frozenset[str]]] = []
        self.words = ""
        self.feed(fragment)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, frozenset(name for name, _ in attrs)))

    def handle_data(self, data: str) -> None:
        self.words += data


def assert_inert(fragment: str) -> None:
    for tag, attributes in Page(fragment).elements:
        assert tag in ALLOWED
        assert attributes <= ALLOWED[tag]
    assert "<!" not in fragment


@given(TEXTS | FORMULAS)
def test_any_text_is_converted_in_some_way(text: str) -> None:
    assert isinstance(readable(text), str)
    assert_inert(mathml(text))


@given(TEXTS | FORMULAS)
def test_markup_is_well_formed(text: str) -> None:
    for formula in re.findall(r"<math\b.*?</math>", mathml(text), re.DOTALL):
        ET.fromstring(formula)


@given(st.text())
def test_what_has_no_latex_is_the_same_object(text: str) -> None:
    plain = re.sub(r"[\\${]", "", text)
    assert readable(plain) is plain


@given(WORDS, st.sampled_from([r"$\alpha$", r"Erd\H{o}s", r"\emph{so}", "$", "\\", r"\foo{a}"]))
def test_no_letter_or_digit_of_plain_words_is_lost(words: list[str], latex: str) -> None:
    text = " ".join([*words, latex, *words])
    assert readable(text).split()[: len(words)] == words
    assert readable(text).split()[-len(words) :] == words


@given(WORDS)
def test_no_letter_or_digit_of_a_formula_of_words_is_lost(words: list[str]) -> None:
    assert readable(rf"\({' + '.join(words)}\)") == " + ".join(words)


@given(st.lists(st.sampled_from(DIGITS), max_size=12).map("".join))
def test_no_digit_of_a_formula_is_lost(source: str) -> None:
    shown = unicodedata.normalize("NFKC", readable(f"${source}$"))
    assert Counter(filter(str.isdecimal, shown)) == Counter(filter(str.isdecimal, source))


@given(TEXTS)
def test_what_is_readable_without_dollars_stays_so(text: str) -> None:
    shown = readable(text)
    if "\\" not in shown and "$" not in shown:
        assert readable(shown) == shown


@pytest.mark.parametrize(
    "text",
    [
        "<script>alert(1)</script> $x$",
        "$<script>alert(1)</script>$",
        r"$\text{<script>alert(1)</script>}$",
        r"\href{javascript:alert(1)}{<b onclick=alert(1)>} $x$",
        r'$x" onmouseover="alert(1)$',
        r"$\foo<img src=x onerror=alert(1)>$",
        r"$\text{</mtext></math><img src=x onerror=alert(1)>}$",
        r"$\unicode{x3c}script\unicode{x3e}$",
        "no LaTeX <img src=x onerror=alert(1)>",
    ],
)
def test_hostile_markup_is_shown_as_text(text: str) -> None:
    assert_inert(mathml(text))


def test_a_formula_is_mathml_with_its_source() -> None:
    assert mathml(r"For $x_1 \le \frac{1}{2}$ & more") == (
        r'For <math alttext="x_1 \le \frac{1}{2}"><msub><mi>x</mi><mn>1</mn></msub><mo>≤</mo>'
        "<mfrac><mn>1</mn><mn>2</mn></mfrac></math> &amp; more"
    )


@pytest.mark.parametrize(
    ("source", "content"),
    [
        (r"\mathcal{O}", "<mi>𝒪</mi>"),
        (r"\mathbb{R}", "<mi>ℝ</mi>"),
        (r"\mathfrak{C}", "<mi>ℭ</mi>"),
        (r"\mathbf{x}", "<mi>𝐱</mi>"),
        (r"\mathrm{eff}", "<mi>eff</mi>"),
        (r"\mathrm{d}", '<mi mathvariant="normal">d</mi>'),
        ("12.5", "<mn>12.5</mn>"),
        ("a-b", "<mi>a</mi><mo>−</mo><mi>b</mi>"),
        (r"\text{ if }", "<mtext>\u00a0if\u00a0</mtext>"),
        (
            r"\mathrm{H}_2",
            '<msub><mi mathvariant="normal">H</mi><mn>2</mn></msub>',
        ),
        (
            r"T_{\rm c}",
            '<msub><mi>T</mi><mi mathvariant="normal">c</mi></msub>',
        ),
        ("43^{+2}", "<msup><mn>43</mn><mrow><mo>+</mo><mn>2</mn></mrow></msup>"),
        (r"\mathbf{12}", "<mn>𝟏𝟐</mn>"),
        (
            r"\log_2 n",
            '<msub><mi>log</mi><mn>2</mn></msub><mspace width="0.2em" /><mi>n</mi>',
        ),
        (r"x\,^2", '<mi>x</mi><mspace width="0.2em" /><msup><mrow /><mn>2</mn></msup>'),
        (r"\sqrt{n}", "<msqrt><mi>n</mi></msqrt>"),
        (r"\sqrt[3]{n}", "<mroot><mi>n</mi><mn>3</mn></mroot>"),
        ("x_i^2", "<msubsup><mi>x</mi><mi>i</mi><mn>2</mn></msubsup>"),
        (r"\hat x", '<mover accent="true"><mi>x</mi><mo>^</mo></mover>'),
        (r"\underline x", "<munder><mi>x</mi><mo>_</mo></munder>"),
        (r"\log n", '<mi>log</mi><mspace width="0.2em" /><mi>n</mi>'),
    ],
)
def test_each_part_of_a_formula_has_its_element(source: str, content: str) -> None:
    assert mathml(f"${source}$").endswith(f'">{content}</math>')


def test_markup_shows_what_plain_text_cannot() -> None:
    assert readable(r"$\overline{AB}$") == r"$\overline{AB}$"
    assert "<mover" in mathml(r"$\overline{AB}$")


def test_a_formula_in_doubt_is_its_escaped_source() -> None:
    assert mathml(r"Schr\"odinger's $\foo<1$") == r"Schrödinger&#x27;s $\foo&lt;1$"


def test_a_text_without_latex_is_escaped() -> None:
    assert mathml("R&D <b>") == "R&amp;D &lt;b&gt;"


@pytest.mark.parametrize(
    "unit",
    ["{", "}", "$", "\\", "${", "$x^", r"\[", r"\(", r"\(x", "$$", r"\'", r"\v ", "``", "``a'",
     "~", "--", r"\begin{", r"\end{", r"\textbf{", r"{\bf ", r"\href{a}", r"\footnote{", "a$b ",
     r"$\text{", r"\[$", r"a\c ", "$a$", r"$\hat x$", r"\'{", r"$\over", "$ ", "_", r"\\", "_{",
     "_{a}", r"\foo{_{"],
)  # fmt: skip
def test_a_long_hostile_text_takes_no_long_time(unit: str) -> None:
    text = (unit * 40_000)[:40_000]
    before = time.process_time()
    readable(text)
    assert_inert(mathml(text)) if unit in ("$a$", "{") else mathml(text)
    assert time.process_time() - before < 10


@pytest.mark.parametrize(
    "formula",
    ["{" * 900 + "}" * 900, r"\hat" * 400 + "x", "x" + "'" * 1900, "x" + "^{x" * 600 + "}" * 600,
     r"{a\over " * 200 + "}" * 200, r"\sqrt[" * 200, "x" * 100_000, "a_" * 900],
)  # fmt: skip
def test_a_formula_beyond_all_reason_is_no_error(formula: str) -> None:
    assert readable(f"${formula}$")
    assert mathml(f"${formula}$")
