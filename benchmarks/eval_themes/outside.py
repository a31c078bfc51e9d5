"""Labels that were not made for our themes: arXiv's categories, and authors' keywords."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cache

from benchmarks.eval_themes.papers import paper
from benchmarks.eval_themes.recorded import Recorded
from benchmarks.eval_themes.table import Group, hits
from digest.themes.match import place
from digest.themes.taxonomy import Taxonomy
from digest.themes.words import words

# Only categories that say what a paper is about, not how it goes about it.
CATEGORIES = {
    "cs.RO": "robotics",
    "cs.SD": "audio",
    "eess.AS": "audio",
    "cs.IR": "retrieval",
    "cs.CR": "safety",
    "cs.SE": "code",
    "cs.MA": "agents",
}

# By theme, the commonest keywords that a paper would stand there for. A keyword may stand twice;
# those that say little of a paper's theme, as "large language models", are left out.
KEYWORDS = {
    "agents": ["agent", "llm agent", "language agent", "large language model agent"],
    "code": ["code generation"],
    "efficiency": [
        "efficiency", "inference", "quantization", "sparsity", "speculative decoding",
        "parameter-efficient fine-tuning", "low-rank adaptation",
    ],
    "evaluation": [
        "evaluation", "benchmark", "llm evaluation", "human evaluation", "automatic evaluation",
    ],
    "interpretability": ["interpretability", "mechanistic interpretability", "probing"],
    "language": [
        "multilingual", "multilinguality", "japanese", "summarization", "factuality",
        "hallucination", "question answering", "text generation",
    ],
    "post-training": [
        "rlhf", "alignment", "human alignment", "ai feedback", "reward model", "reward hacking",
        "reinforcement learning", "instruction tuning",
    ],
    "pretraining": [
        "mixture of experts", "pretraining", "pre-training", "continual pre-training",
        "data curation",
    ],
    "reasoning": [
        "reasoning", "chain of thought", "mathematical reasoning", "deductive reasoning",
        "commonsense reasoning",
    ],
    "reinforcement-learning": ["reinforcement learning", "imitation learning"],
    "retrieval": ["retrieval", "retrieval-augmented generation"],
    "robotics": [
        "imitation learning", "reinforcement learning", "robot learning", "robotics", "robot",
        "manipulation", "robotic manipulation", "robot manipulation", "mobile manipulation",
        "dexterous manipulation", "bimanual manipulation", "contact-rich manipulation",
        "manipulation planning", "autonomous driving", "autonomous vehicles", "sim-to-real",
        "sim-to-real transfer", "locomotion", "legged robots", "tactile sensing", "navigation",
        "human-robot interaction", "teleoperation", "grasping", "behavior cloning",
        "learning from demonstration", "visuomotor control", "task and motion planning",
        "foundation models for robotics", "learning for control", "embodied ai",
    ],
    "safety": [
        "safety", "alignment", "bias", "fairness", "privacy", "unlearning",
        "adversarial robustness", "scalable oversight",
    ],
    "science": ["scientific discovery"],
    "society": ["psychology"],
    "theory": ["continual learning", "meta-learning", "model merging"],
    "vision-language": [
        "vision language model", "vlm", "multimodal", "multimodal large language model",
    ],
    "world-models": ["world model"],
}  # fmt: skip


def categories(taxonomy: Taxonomy, recorded: Recorded) -> Group:
    """Of the Hugging Face papers that arXiv lists in a category, those in the category's theme."""
    rows = []
    known = recorded.categories()
    for category, theme in CATEGORIES.items():
        listed = [one for one in recorded.papers if category in known.get(one, ())]
        found = [place(taxonomy, recorded.papers[one]) for one in listed]
        if found:
            rows.append(hits(f"{category} in {theme}", [one.theme == theme for one in found]))
            second = [theme in (one.theme, one.runner_up) for one in found]
            rows.append(hits(f"{category} in {theme}, or next to it", second))
    return Group("Hugging Face papers that arXiv lists, also or only, in a category", rows)


def conferences(taxonomy: Taxonomy, recorded: Recorded) -> Group:
    """Of the papers whose keywords stand for themes, those in one of them. Keywords are hidden."""
    rows = []
    for name in ("colm", "corl"):
        papers = recorded.rows(f"archive/conferences/{name}*.jsonl.gz")
        told = [(paper(row), _accepted(row["keywords"])) for row in papers]
        found = [place(taxonomy, one).theme in accepted for one, accepted in told if accepted]
        if found:
            rows.append(hits(f"{name}: a theme of its authors' keywords", found))
    return Group("Conference papers under their authors' keywords", rows)


def _accepted(keywords: Sequence[str]) -> set[str]:
    """The themes that a paper with these keywords may stand in."""
    return {theme for keyword in keywords for theme in _themes().get(_read(keyword), ())}


@cache
def _themes() -> Mapping[tuple[str, ...], Sequence[str]]:
    themes: dict[tuple[str, ...], list[str]] = {}
    for theme, keywords in KEYWORDS.items():
        for keyword in keywords:
            themes.setdefault(_read(keyword), []).append(theme)
    return themes


def _read(keyword: str) -> tuple[str, ...]:
    return tuple(words(keyword))
