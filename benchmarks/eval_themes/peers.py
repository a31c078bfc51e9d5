"""scikit-learn's KMeans and NMF on TF-IDF, as one would set them up for a day of papers."""

from __future__ import annotations

import warnings
from collections.abc import Sequence

from sklearn.cluster import KMeans
from sklearn.decomposition import NMF
from sklearn.exceptions import ConvergenceWarning
from sklearn.feature_extraction.text import TfidfVectorizer
from threadpoolctl import threadpool_limits

from digest.model.papers import Paper

METHODS = ("k-means", "nmf")


@threadpool_limits.wrap(limits=1)  # time is CPU time here, and threads wait for each other
def clusters(method: str, papers: Sequence[Paper], k: int) -> list[int]:
    """The cluster of each paper, of k or, where there are not as many papers, fewer."""
    texts = [f"{paper.title}. {paper.abstract}" for paper in papers]
    weights = TfidfVectorizer(stop_words="english", sublinear_tf=True).fit_transform(texts)
    k = min(k, len(texts))
    if method == "k-means":
        return KMeans(k, n_init=10, random_state=0).fit_predict(weights).tolist()
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ConvergenceWarning)
        return NMF(k, random_state=0).fit_transform(weights).argmax(axis=1).tolist()
