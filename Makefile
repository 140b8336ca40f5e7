# One word a job.  `make course` sets up and builds everything, `make test` proves it.
SHELL := /bin/bash
.SHELLFLAGS := -eo pipefail -c
.DEFAULT_GOAL := help
BIN := .venv/bin
STAGE := .ci/stage
SAMPLE := _build/sample
CLASS ?= _grading
export OMP_NUM_THREADS ?= 1
export PYTHONUNBUFFERED := 1
export PYDEVD_DISABLE_FILE_VALIDATION := 1

.PHONY: help setup course notebooks sample book test check lint fresh-notebooks nbval lab formgrader bench new-section clean

help:  ## list the jobs
	@grep -E '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | column -t -s $$'\t'

setup:
	@$(STAGE) "environment" "Read the line above; PYTHON=/path/to/python3.11 names another Python." .ci/setup

course: setup  ## set up, release the notebooks, grade a sample class, build the book
	@$(STAGE) "student notebooks" "The line above names the file and the cell in solutions/." $(BIN)/dlcourse release
	@$(STAGE) "sample class, graded" "The same command goes on where it stopped; 'dlcourse grade --help' lists the limits." $(MAKE) --no-print-directory sample
	@$(STAGE) "book" "The warning above names file and line; a page alone: jupytext --to ipynb --execute book/<chapter>/<section>.md" $(BIN)/python book/build.py
	@printf '\nbook:       %s\ngrades:     %s   (instructor: make formgrader CLASS=%s)\nexercises:  make lab   (JupyterLab, on your own copies in work/)   your class: _grading/submitted/STUDENT/CHAPTER/, then .venv/bin/dlcourse grade\n' \
	    "$(CURDIR)/_build/html/index.html" "$(CURDIR)/$(SAMPLE)/grades.csv" "$(SAMPLE)"

notebooks:  ## write notebooks/ from solutions/
	$(BIN)/dlcourse release

sample:
	@$(BIN)/dlcourse sample-class $(SAMPLE)
	@if $(BIN)/python -c 'import sys; from dlcourse.grading.sandbox import available; sys.exit(available() is not None)'; then \
	    $(BIN)/dlcourse grade --class $(SAMPLE) --cell-timeout 10 --seed sample || [ $$? = 3 ]; \
	else \
	    echo "no sandbox on this machine: only the submissions that we wrote ourselves are graded"; \
	    $(BIN)/dlcourse grade --class $(SAMPLE) --no-sandbox --seed sample --student reference --student untouched --student honest-half --student honest-first; \
	fi
	@$(BIN)/python -c 'import csv; from dlcourse.grading.release import points_table; \
	    got = next(float(r["points"]) for r in csv.DictReader(open("$(SAMPLE)/totals.csv")) if r["student"] == "reference"); \
	    most = sum(r[2] for r in points_table()); assert got == most, f"the reference got {got:g} of {most:g} points: the grader does not work here"'

book:  ## build the book into _build/html
	@$(BIN)/python book/build.py

test:  ## everything that CI runs
	@$(STAGE) "environment" "Read the line above." .ci/setup browser
	@$(MAKE) --no-print-directory check

check: lint
	@$(STAGE) "notebooks: release again, compare" "Run 'make notebooks' and commit what it writes." $(MAKE) --no-print-directory fresh-notebooks
	@$(STAGE) "sample class, graded" "Run 'make sample' alone." $(MAKE) --no-print-directory sample
	@$(STAGE) "book, warnings are errors" "The warning above names file and line." $(BIN)/python book/build.py
	@$(STAGE) "tests" "One test alone: .venv/bin/pytest -k NAME" $(BIN)/pytest -n 2 --dist loadfile --durations 10
	@$(STAGE) "nbval" "The diff above names notebook and cell." $(MAKE) --no-print-directory nbval

lint:
	@$(STAGE) "lint" "The line above names file and line; .venv/bin/ruff check --fix mends most of what ruff says." bash -c '$(BIN)/ruff check . && $(BIN)/codespell && $(BIN)/python -m compileall -q dlcourse'

fresh-notebooks:
	@rm -rf _build/fresh && $(BIN)/dlcourse release --out _build/fresh && diff -r -x .ipynb_checkpoints _build/fresh notebooks && echo "notebooks/ is byte for byte what solutions/ gives"

nbval:  ## run solutions and chapters again and compare the outputs
	@$(BIN)/python tests/executed.py
	@$(BIN)/pytest -c tests/nbval.ini --rootdir . --nbval -n 2 --dist loadfile _build/nbval

lab:  ## JupyterLab on your own copies of the exercises
	@$(BIN)/dlcourse lab

formgrader:  ## nbgrader's formgrader on a class: make formgrader CLASS=_build/sample OPTIONS="--no-browser"
	@$(BIN)/dlcourse formgrader --class $(CLASS) -- $(OPTIONS)

bench:  ## measure against peers, as ratios
	@for f in benchmarks/*.py; do echo "== $$f"; $(BIN)/python $$f; done

new-section:  ## write the five files of a section: make new-section SECTION=chapter/stem TITLE="..."
	@$(BIN)/python .ci/new_section.py "$(SECTION)" "$(TITLE)"

clean:
	rm -rf _build .pytest_cache .ruff_cache
