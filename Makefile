# Two commands matter: `make book` builds the book, `make test` checks every word of it that can be checked.
# Both make their own environment in .venv first; nothing else has to be installed but Python, make and git.

PYTHON ?= python3
CHAPTERS ?=
VENV := .venv
BIN := $(VENV)/bin
READY := $(VENV)/.ready
BUILT := _build/.built
PORT ?= 8000
# The release of PyTorch that the book was last verified with; raise it here, then `make lock`.
TORCH := 2.13.0
SOURCES := $(shell find chapters assets code *.md *.ipynb *.yml references.bib -type f \
             -not -path '*/.ipynb_checkpoints/*' -not -path '*/__pycache__/*' -not -path '*.egg-info/*')

# One thread a process: two notebooks at once with torch's default threads spin against each other.
export OMP_NUM_THREADS ?= 1
export PYDEVD_DISABLE_FILE_VALIDATION := 1

.DEFAULT_GOAL := help
.PHONY: help setup book test check lab serve run replicate bench lock clean device chromium

help: ## this list
	@awk -F ':.*## ' '/^[a-z]+:.*## / { printf "  make %-9s %s\n", $$1, $$2 }' Makefile

setup: $(READY) ## make .venv and install the lock

$(READY): requirements.txt code/pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 10))' || \
	  { echo 'DeepGloss needs Python 3.10 or newer; name one: make PYTHON=python3.12 …' >&2; exit 1; }
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -r requirements.txt
	@touch $@

book: $(READY) $(BUILT) ## build the book into _build/html
	@echo "The book is ready: open _build/html/index.html, or run: make serve"

# A failed build must not leave pages behind that the next one would take for checked. A change in
# assets or in the extension does not make Sphinx read its pages again, hence --all.
$(BUILT): $(SOURCES) requirements.txt | $(READY)
	@mkdir -p _build; \
	if [ ! -e $@ ] || [ -n "$$(find assets code/bindery _config.yml _toc.yml -newer $@ -type f -not -path '*/__pycache__/*')" ]; \
	  then all=--all; fi; \
	$(BIN)/jupyter-book build . -W -n --keep-going $$all || { rm -rf $@ _build/.doctrees; exit 1; }
	@touch $@

test: $(READY) device chromium book ## run every test, or all about some chapters (CHAPTERS="adam relu" names them)
	$(BIN)/python tests/suite.py $(CHAPTERS)

check: $(READY) ## test package, structure and exercises: no notebooks, no browser
	$(BIN)/python tests/suite.py --quick

# Before anything is built: a chapter that does not exist is an error, and so is DEEPGLOSS_DEVICE=cuda
# on a machine without CUDA.
device: $(READY)
	@$(BIN)/python tests/suite.py --dry $(CHAPTERS)

chromium: $(READY)
	@sh tests/chromium.sh $(BIN)

lab: $(READY) ## open the chapters in JupyterLab
	$(BIN)/jupyter lab --notebook-dir=.

serve: book ## serve the built book on this machine
	@echo "Reading at http://127.0.0.1:$(PORT) (stop with Ctrl-C)"
	@$(BIN)/python -m http.server $(PORT) --bind 127.0.0.1 --directory _build/html

run: $(READY) ## run chapters whose code changed and store their outputs (CHAPTERS="adam relu" names some)
	$(BIN)/python -m bindery run $(CHAPTERS)

replicate: $(READY) ## run chapters with other seeds and four times the training, record what holds (CHAPTERS="adam relu")
	$(BIN)/python -m bindery replicate $(CHAPTERS)

bench: $(READY) ## measure speed and size beside their budgets (CHAPTERS="adam relu": those chapters)
	$(BIN)/python -m bindery.bench $(if $(CHAPTERS),chapters $(CHAPTERS))

# uv writes one lock for every supported Python and system. The packages that a CUDA build of PyTorch
# brings are left out: pip adds them where the torch it takes asks for them, and only there.
lock: ## refresh requirements.txt from code/pyproject.toml
	@test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check uv
	@{ echo '# The tested lock, made by `make lock` from code/pyproject.toml with its extras book and test.'; \
	   echo '-e ./code'; \
	   echo torch==$(TORCH) | $(BIN)/uv pip compile code/pyproject.toml --extra book --extra test --constraints - --universal \
	     --python-version 3.10 --upgrade --no-header --no-annotate --quiet \
	     | grep -vE '^(nvidia-|cuda-|triton)'; } > requirements.new
	@mv requirements.new requirements.txt

clean: ## remove everything that was made, the environment too
	rm -rf _build $(VENV) .pytest_cache .hypothesis code/*.egg-info
	find . -name __pycache__ -type d -prune -exec rm -rf {} +
