# Everything a contributor does with this project, one word each: `make help` lists the words.
# Nothing has to be installed first but Python 3.11 or newer, git and make.

PORT ?=
ARGS ?=
JOBS ?= auto
UV ?= uv
DIST ?= dist

# Programs that are started by the hundred, as tests do, would compile each module anew.
unexport PYTHONDONTWRITEBYTECODE

# Packages come from lock files, must match the hashes written there, and run no code when installed.
PIP := .venv/bin/python -m pip --quiet --disable-pip-version-check --no-input
INSTALL := $(PIP) install --require-hashes --only-binary :all:

POT := quiz/translations/messages.pot
CATALOGUES := $(wildcard quiz/translations/*/LC_MESSAGES/messages.po)

# No places and no wrapping: a difference between two catalogues shows words only.
EXTRACT := .venv/bin/pybabel --quiet extract --mapping-file=babel.cfg --keywords="_l lazy_ngettext:1,2" \
	--add-comments=Translators: --strip-comments --add-location=never --no-wrap --omit-header

.DEFAULT_GOAL := help

.PHONY: help
help: ## List what can be done
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "make %-13s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

# ── Run ───────────────────────────────────────────────────────────────────────────────────────────

.PHONY: run
run: .venv/project ## Install what is needed and serve the quiz (PORT=5001, ARGS=--lan)
	@exec .venv/bin/quiz serve $(if $(PORT),--port $(PORT)) $(ARGS)

# ── Test and check ────────────────────────────────────────────────────────────────────────────────

.PHONY: test
test: .venv/project .venv/test .venv/dist ## Install what the tests need and run them all (ARGS="-k room", JOBS=0)
	@scripts/install-test-tools.sh
	.venv/bin/python -m pytest --numprocesses=$(JOBS) --dist=worksteal $(ARGS)

.PHONY: test-fast
test-fast: .venv/project .venv/test ## Run what is quick: domain, store, services and pages, on SQLite, without a browser
	QUIZ_PROOF=fast .venv/bin/python -m pytest --numprocesses=$(JOBS) --dist=worksteal -m "not slow" \
		tests/domain tests/kinds tests/store tests/service tests/web $(ARGS)

.PHONY: test-full
test-full: ## The same with the long series, before a release (takes an hour)
	@QUIZ_PROOF=full $(MAKE) test

.PHONY: check
check: check-code check-types check-floors check-templates check-words check-questions check-guessing check-locks check-promises ## Read over everything

.PHONY: check-code check-types check-floors check-templates check-words check-questions check-guessing \
	check-locks check-promises
check-code check-types check-floors check-templates check-locks: .venv/project .venv/test .venv/check

check-code:
	.venv/bin/ruff format --check .
	.venv/bin/ruff check .

check-types:
	.venv/bin/mypy

check-floors:
	.venv/bin/lint-imports

check-templates:
	.venv/bin/djlint --quiet --lint quiz/web/templates

check-words: .venv/project
	$(EXTRACT) --output=.venv/messages.pot quiz
	@diff -u $(POT) .venv/messages.pot || { echo "The sentences of the interface have changed: run 'make messages', then translate."; exit 1; }
	.venv/bin/python scripts/check_catalogues.py

check-questions: .venv/project
	.venv/bin/quiz bank check --strict

check-guessing: .venv/project .venv/test
	.venv/bin/quiz bank report --guessing

check-locks:
	.venv/bin/python scripts/check_locks.py

check-promises: .venv/run
	.venv/bin/python scripts/promises.py --check

.PHONY: format
format: .venv/check ## Format code
	.venv/bin/ruff format .
	.venv/bin/ruff check --fix .

.PHONY: messages
messages: .venv/project ## Collect the sentences of the interface into the catalogues
	$(EXTRACT) --output=$(POT) quiz
	.venv/bin/pybabel --quiet update --input-file=$(POT) --output-dir=quiz/translations \
		--no-wrap --no-fuzzy-matching --ignore-obsolete --ignore-pot-creation-date

.PHONY: promises
promises: .venv/run ## Write docs/promises.md from docs/promises.toml
	.venv/bin/python scripts/promises.py

# ── Measure and show ──────────────────────────────────────────────────────────────────────────────

.PHONY: screenshots
screenshots: .venv/project .venv/test ## Draw the pictures of the README
	@scripts/install-test-tools.sh
	.venv/bin/python scripts/screenshots.py $(ARGS)

.PHONY: bench
bench: .venv/project .venv/test ## Measure start, memory, classes and quizzes against floors, in ten minutes
	.venv/bin/python -m benchmarks $(ARGS)

.PHONY: bench-weight
bench-weight: .venv/project .venv/test ## Weigh every page, and time the first one on a slow line
	@scripts/install-test-tools.sh
	.venv/bin/python -m benchmarks.page_weight $(ARGS)

.PHONY: bench-reading
bench-reading: .venv/project .venv/test ## Measure how long a quiz takes to read, and how high its pages are
	@scripts/install-test-tools.sh
	.venv/bin/python -m benchmarks.reading $(ARGS)

.PHONY: bench-reports
bench-reports: .venv/project .venv/test ## Time reports over up to a million people (ARGS="--people 10000")
	.venv/bin/python -m benchmarks.reports $(ARGS)

.PHONY: bench-room
bench-room: .venv/project .venv/test ## Play whole classes against the server (ARGS="--phones 600")
	.venv/bin/python -m benchmarks.live_room $(ARGS)

.PHONY: bench-soak
bench-soak: .venv/project .venv/test ## Hold many classes in a row and see what stays behind (ARGS="--minutes 60")
	.venv/bin/python -m benchmarks.soak $(ARGS)

# ── Maintain ──────────────────────────────────────────────────────────────────────────────────────

.PHONY: dist
dist: .venv/project .venv/dist ## Build the wheel, the source archive and the one-file program into dist/
	@rm -rf $(DIST)/vung*tam-*
	.venv/bin/hatchling build --directory $(DIST)
	@scripts/make-one-file.sh $(DIST)

.PHONY: sbom
sbom: .venv/check ## Write what the quiz is made of, in the form of CycloneDX, into dist/
	@mkdir -p dist
	@PYTHONWARNINGS=ignore .venv/bin/cyclonedx-py requirements requirements/run.txt --pyproject pyproject.toml \
		--output-reproducible --spec-version 1.6 --output-file dist/vung-tam.cdx.json
	@echo "dist/vung-tam.cdx.json lists every package of requirements/run.txt, with its hashes."

# Asks a list of known vulnerabilities about every package that is installed, and so needs the internet.
.PHONY: audit
audit: .venv/check ## Ask whether a package has a known vulnerability (needs the internet)
	@for lock in run build dist test check; do \
		echo "requirements/$$lock.txt:"; \
		.venv/bin/pip-audit --strict --disable-pip --require-hashes --progress-spinner off -r requirements/$$lock.txt \
			|| { echo "Either a package has a known vulnerability, or the list could not be asked: it is named above."; exit 1; }; \
	done

.PHONY: lock
lock: ## Write the lock files anew after pyproject.toml changed (ARGS=--upgrade for newer versions)
	@command -v $(UV) >/dev/null || { echo "make lock needs uv, which pip can install: pip install uv"; exit 1; }
	$(call LOCK,run,pyproject.toml)
	$(call LOCK,build,--group build --constraints requirements/run.txt)
	$(call LOCK,dist,--group dist --constraints requirements/run.txt)
	$(call LOCK,test,--group test --constraints requirements/run.txt --constraints requirements/build.txt)
	$(call LOCK,check,--group check --constraints requirements/run.txt --constraints requirements/test.txt)

# One file for every system and every Python from 3.11 on; hashes, and no addresses.
LOCK = $(UV) pip compile --quiet --universal --python-version 3.11 --no-build --generate-hashes \
	--custom-compile-command "make lock" --output-file requirements/$(1).txt $(2) $(ARGS) >/dev/null

.PHONY: clean
clean: ## Remove everything that make has installed or built here
	rm -rf .venv node_modules dist
	find quiz/translations -name '*.mo' -delete

# ── The virtual environment ───────────────────────────────────────────────────────────────────────
# An empty file in .venv stands for each step, so that a step is repeated only when its cause changed.

.venv/made:
	@scripts/make-venv.sh .venv
	@touch $@

.venv/run: .venv/made requirements/run.txt requirements/build.txt
	@echo "Installing what the quiz runs on …"
	@$(INSTALL) -r requirements/run.txt -r requirements/build.txt
	@touch $@

.venv/project: .venv/run pyproject.toml hatch_build.py $(CATALOGUES)
	@echo "Installing the quiz and compiling its translations …"
	@$(PIP) install --no-index --no-deps --no-build-isolation --editable .
	@touch $@

# What a new environment is made of is kept as files, so that nothing is fetched for another one.
.venv/dist: .venv/run requirements/run.txt requirements/build.txt requirements/dist.txt
	@echo "Installing what releases are built with …"
	@$(INSTALL) -r requirements/dist.txt
	@rm -rf .venv/wheels
	@$(PIP) download --require-hashes --only-binary :all: --dest .venv/wheels -r requirements/run.txt -r requirements/build.txt
	@touch $@

.venv/test: .venv/run requirements/test.txt
	@echo "Installing what the tests need …"
	@$(INSTALL) -r requirements/test.txt
	@touch $@

.venv/check: .venv/run requirements/check.txt
	@echo "Installing what the checks need …"
	@$(INSTALL) -r requirements/check.txt
	@touch $@
