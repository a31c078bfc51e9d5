"""What each command stands for. Written as `name character` pairs, for they are read, not run."""

from __future__ import annotations


def _pairs(text: str) -> dict[str, str]:
    words = text.split()
    return dict(zip(words[::2], words[1::2], strict=True))


def _names(text: str) -> frozenset[str]:
    return frozenset(text.split())


def _by_name(names: dict[str, str]) -> dict[str, str]:
    return {name: meaning for meaning, listed in names.items() for name in listed.split()}


# Commands that stand for an operand: what is written next to it multiplies or follows.
SYMBOLS = _pairs(r"""
    alpha α beta β gamma γ delta δ epsilon ε varepsilon ε zeta ζ eta η theta θ vartheta ϑ iota ι
    kappa κ varkappa ϰ lambda λ mu μ nu ν xi ξ omicron ο pi π varpi ϖ rho ρ varrho ϱ sigma σ
    varsigma ς tau τ upsilon υ phi φ varphi φ chi χ psi ψ omega ω digamma ϝ
    Gamma Γ Delta Δ Theta Θ Lambda Λ Xi Ξ Pi Π Sigma Σ Upsilon Υ Phi Φ Psi Ψ Omega Ω
    varGamma Γ varDelta Δ varTheta Θ varLambda Λ varXi Ξ varPi Π varSigma Σ varPhi Φ varPsi Ψ
    varOmega Ω
    aleph ℵ beth ℶ gimel ℷ ell ℓ hbar ℏ hslash ℏ imath ı jmath ȷ wp ℘ Re ℜ Im ℑ mho ℧ eth ð
    partial ∂ nabla ∇ infty ∞ emptyset ∅ varnothing ∅ forall ∀ exists ∃ nexists ∄ neg ¬ lnot ¬
    top ⊤ bot ⊥ angle ∠ measuredangle ∡ triangle △ bigtriangleup △ triangledown ▽
    bigtriangledown ▽ square □ Box □ Diamond ◇ diamond ⋄ lozenge ◊ blacksquare ■ bigstar ★
    clubsuit ♣ diamondsuit ♢ heartsuit ♡ spadesuit ♠ flat ♭ natural ♮ sharp ♯ prime ′
    backprime ‵ complement ∁ surd √ degree ° checkmark ✓ maltese ✠ circledR ® circledS Ⓢ
    arcdeg ° degr ° arcmin ′ arcsec ″ sun ⊙ earth ⊕ msun M⊙ Msun M⊙ micron µm angstrom Å slash /
    dots … hdots … ldots … cdots ⋯ vdots ⋮ ddots ⋱ dotsc … dotsb ⋯ dotsm ⋯ dotsi ⋯ dotso …
    fdg °. farcm ′. farcs ″. pounds £ yen ¥ copyright © dag † ddag ‡ AA Å
    % % & & # # _ _ $ $ | ‖ Vert ‖ lVert ‖ rVert ‖ vert | lvert | rvert | backslash \
    textless < textgreater > textbackslash \ textasciitilde ~ textasciicircum ^ textunderscore _
    textbar | textdegree ° textmu µ textdollar $ textquotesingle ' textquoteleft ‘
    textquoteright ’ textquotedblleft “ textquotedblright ” textbullet • textperiodcentered ·
    textregistered ® texttrademark ™ textcopyright © textsection § textellipsis …
    textbraceleft { textbraceright } textohm Ω textonehalf ½ textonequarter ¼
    textendash – textemdash — textpm ± texttimes × textrightarrow → textleftarrow ←
    textasciiacute ´ textasciigrave ` texteuro € textperthousand ‰ textpertenthousand ‱
""")

# Number sets by the macros that nearly all authors write for them; in formulas only.
SETS = _pairs("R ℝ RR ℝ Reals ℝ reals ℝ N ℕ NN ℕ Z ℤ ZZ ℤ Q ℚ QQ ℚ C ℂ CC ℂ")

OPENING = _pairs("{ { lbrace { lbrack [ langle ⟨ lfloor ⌊ lceil ⌈ llbracket ⟦ ulcorner ⌜")
CLOSING = _pairs("} } rbrace } rbrack ] rangle ⟩ rfloor ⌋ rceil ⌉ rrbracket ⟧ urcorner ⌝")

# Commands between two operands, with like space on both sides.
RELATIONS = _pairs(r"""
    pm ± mp ∓ times × div ÷ cdot · ast * star ⋆ circ ∘ bullet • cap ∩ cup ∪ uplus ⊎ sqcap ⊓
    sqcup ⊔ vee ∨ lor ∨ wedge ∧ land ∧ setminus ∖ smallsetminus ∖ wr ≀ oplus ⊕ ominus ⊖
    otimes ⊗ oslash ⊘ odot ⊙ bigcirc ◯ dagger † ddagger ‡ amalg ⨿ ltimes ⋉ rtimes ⋊ Join ⋈
    bowtie ⋈ boxtimes ⊠ boxplus ⊞ boxminus ⊟ boxdot ⊡ triangleleft ◁ triangleright ▷
    le ≤ leq ≤ leqslant ≤ leqq ≤ ge ≥ geq ≥ geqslant ≥ geqq ≥ lt < gt > ll ≪ gg ≫ lll ⋘ ggg ⋙
    ne ≠ neq ≠ equiv ≡ sim ~ nsim ≁ simeq ≃ approx ≈ approxeq ≊ thickapprox ≈ thicksim ~ cong ≅
    ncong ≇ doteq ≐ asymp ≍ propto ∝ varpropto ∝ triangleq ≜ coloneqq ≔ coloneq ≔ eqqcolon ≕
    lesssim ≲ gtrsim ≳ lessapprox ⪅ gtrapprox ⪆ lessgtr ≶ gtrless ≷ nless ≮ ngtr ≯ nleq ≰ ngeq ≱
    prec ≺ succ ≻ preceq ⪯ succeq ⪰ precsim ≾ succsim ≿ preccurlyeq ≼ succcurlyeq ≽
    lesseqgtr ⋚ gtreqless ⋛ trianglelefteq ⊴ trianglerighteq ⊵
    in ∈ notin ∉ ni ∋ subset ⊂ subseteq ⊆ subsetneq ⊊ supset ⊃ supseteq ⊇ supsetneq ⊋ nsubseteq ⊈
    Subset ⋐ Supset ⋑ sqsubset ⊏ sqsubseteq ⊑ sqsupset ⊐ sqsupseteq ⊒ vdash ⊢ dashv ⊣ models ⊨
    vDash ⊨ Vdash ⊩ nvdash ⊬ perp ⊥ parallel ∥ nparallel ∦ mid | nmid ∤ smile ⌣ frown ⌢
    therefore ∴ because ∵ colon : vcentcolon :
    to → rightarrow → longrightarrow → leftarrow ← gets ← longleftarrow ← leftrightarrow ↔
    longleftrightarrow ↔ Rightarrow ⇒ Longrightarrow ⇒ implies ⇒ Leftarrow ⇐ Longleftarrow ⇐
    impliedby ⇐ Leftrightarrow ⇔ Longleftrightarrow ⇔ iff ⇔ mapsto ↦ longmapsto ↦ uparrow ↑
    downarrow ↓ updownarrow ↕ Uparrow ⇑ Downarrow ⇓ nearrow ↗ searrow ↘ swarrow ↙ nwarrow ↖
    hookrightarrow ↪ hookleftarrow ↩ twoheadrightarrow ↠ rightharpoonup ⇀ rightharpoondown ⇁
    leftharpoonup ↼ leftharpoondown ↽ rightleftharpoons ⇌ leftrightharpoons ⇋ rightleftarrows ⇄
    rightrightarrows ⇉ leadsto ⇝ rightsquigarrow ⇝ circlearrowleft ↺ circlearrowright ↻
    curvearrowright ↷ curvearrowleft ↶ restriction ↾ upharpoonright ↾ nrightarrow ↛
    blacktriangleright ▶ blacktriangleleft ◀
""")

# Operators that take what follows.
FUNCTIONS = {
    name: name
    for name in _names(
        "arccos arcsin arctan arg cos cosh cot coth csc deg det dim exp gcd hom inf ker lg lim"
        " liminf limsup ln log max min Pr sec sin sinh sup tan tanh"
    )
} | _pairs(r"""
    sum ∑ prod ∏ coprod ∐ int ∫ iint ∬ iiint ∭ oint ∮ oiint ∯ bigcup ⋃ bigcap ⋂ bigsqcup ⨆
    biguplus ⨄ bigvee ⋁ bigwedge ⋀ bigoplus ⨁ bigotimes ⨂ bigodot ⨀ bmod mod fint ⨍ smallint ∫
""")

# Accents, as combining characters.
LOW_LINE = "\u0332"
MATH_ACCENTS = {
    "hat": "\u0302", "widehat": "\u0302", "check": "\u030c", "tilde": "\u0303",
    "widetilde": "\u0303", "acute": "\u0301", "grave": "\u0300", "dot": "\u0307",
    "ddot": "\u0308", "dddot": "\u20db", "breve": "\u0306", "bar": "\u0304",
    "overline": "\u0304", "vec": "\u20d7", "overrightarrow": "\u20d7", "mathring": "\u030a",
    "underline": LOW_LINE, "underbar": LOW_LINE,
}  # fmt: skip
TEXT_ACCENTS = {
    "`": "\u0300", "'": "\u0301", "^": "\u0302", "~": "\u0303", "=": "\u0304", "u": "\u0306",
    ".": "\u0307", '"': "\u0308", "r": "\u030a", "H": "\u030b", "v": "\u030c", "d": "\u0323",
    "c": "\u0327", "k": "\u0328", "b": "\u0331",
}  # fmt: skip

# Commands that say how letters look: of words, which plain text cannot show, and of a formula.
TEXT_FONTS = _names(
    "text textit textbf emph texttt textsc textsf textrm textsl textup textmd textnormal mbox hbox"
    " underline uline"
)
MATH_FONTS = _by_name(
    {
        "": "mathop mathbin mathrel mathord smash",
        "upright": "mathrm",
        "italic": "mathit mathnormal",
        "bold": "mathbf boldsymbol bm pmb bold",
        "sans-serif": "mathsf",
        "monospace": "mathtt",
        "double-struck": "mathbb Bbb mathds",
        "script": "mathcal mathscr Cal",
        "fraktur": "mathfrak frak",
    }
)
# The same from here to the end of the group, and other commands with nothing to show.
SWITCHES = _by_name(
    {
        "": "em sl slshape scriptsize footnotesize tiny small normalsize large Large mdseries"
        " displaystyle textstyle scriptstyle limits nolimits noindent normalfont nonumber notag",
        "upright": "rm rmfamily sc scshape upshape",
        "italic": "it itshape",
        "bold": "bf bfseries",
        "sans-serif": "sf sffamily",
        "monospace": "tt ttfamily",
        "script": "cal",
    }
)
SIZES = _names(
    "left right middle big Big bigg Bigg bigl Bigl biggl Biggl bigr Bigr biggr Biggr bigm Bigm"
    " biggm Biggm"
)
STATES = {"ket": ("|", "⟩"), "bra": ("⟨", "|")}
FRACTIONS = _names("frac dfrac tfrac cfrac nicefrac sfrac")
SPACES = _names(r", ; : > \ quad qquad thinspace space newline eqno") | {" "}
NOTHING = _names("! - / @")

SUPERSCRIPTS = dict(
    zip(
        "0123456789+-=()abcdefghijklmnoprstuvwxyzABDEGHIJKLMNOPRTUVWβγδθφχ∘′*†‡·",
        "⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻⁼⁽⁾ᵃᵇᶜᵈᵉᶠᵍʰⁱʲᵏˡᵐⁿᵒᵖʳˢᵗᵘᵛʷˣʸᶻᴬᴮᴰᴱᴳᴴᴵᴶᴷᴸᴹᴺᴼᴾᴿᵀᵁⱽᵂᵝᵞᵟᶿᵠᵡ°′*†‡·",
        strict=True,
    )
)
SUBSCRIPTS = dict(
    zip(
        "0123456789+-=()aehijklmnoprstuvxβγρφχ⊙⊕⋆",
        "₀₁₂₃₄₅₆₇₈₉₊₋₌₍₎ₐₑₕᵢⱼₖₗₘₙₒₚᵣₛₜᵤᵥₓᵦᵧᵨᵩᵪ⊙⊕⋆",
        strict=True,
    )
)

# In words only; in a formula, authors name other things so.
LETTERS = _pairs("O Ø o ø L Ł l ł AE Æ ae æ OE Œ oe œ aa å ss ß i ı j ȷ")
WORDS = {
    "S": "§", "P": "¶", "deg": "°", "TeX": "TeX", "LaTeX": "LaTeX", "eg": "e.g.", "ie": "i.e.",
    "etal": "et al.", "wrt": "w.r.t.", "kms": "km s⁻¹",
}  # fmt: skip
