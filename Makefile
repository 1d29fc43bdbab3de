# The few commands of this repository. `make` alone lists them.
SHELL := /bin/bash
.DEFAULT_GOAL := help
.PHONY: help setup setup-test ui build run test soak mutants fuzz bench package image image-check release lint tools

help: ## list these commands
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "make %-11s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

setup: ## install what building needs and this machine lacks
	@scripts/setup run

setup-test: ## the same, with what the tests need
	@scripts/setup test

# Vite empties its output folder, so the mark that a build is done lies outside it.
ui_sources := $(filter-out ui/node_modules ui/dist,$(wildcard ui/*)) $(shell find ui/src -type f 2>/dev/null)
ui_built := ui/node_modules/.cofferdam-built

$(ui_built): $(ui_sources) | setup
	cd ui && npm run build
	@touch $@

ui: $(ui_built) ## build the window's pages

build: ui ## build the window, the terminal program and the rehearsal token
	cargo build --locked -p coffer -p rehearsal-token -p cofferdam

run: ## open the window, or with no screen play a BYOK rehearsal
	@scripts/run

test: setup-test ui ## run every test
	cd ui && npm run check && npm test
	scripts/test

soak: setup-test ui ## change every byte of a kept pack, kill a play in any call, pull a YubiKey at every command, 255 custodians, ten thousand kills (hours)
	cargo test --locked --workspace --features "cofferdam/e2e,protocol/export" --test corpus --test faults --test ceremonies --test window -- --ignored --skip packs_that --nocapture
	cargo test --locked -p piv -- --ignored

mutants: setup-test ## break each check of a record in turn, and see that a test notices (hours)
	scripts/mutants

fuzz: ## feed each parser of what comes from outside with changed inputs, MINUTES=10 each (six hours; TARGETS="plan roster" for some)
	@scripts/fuzz

bench: setup-test ui ## measure against the least that could be done, and how many scans are read (minutes to build)
	cargo build --release --locked -p coffer -p rehearsal-token -p cofferdam --features cofferdam/e2e -p benches -p empty-window
	test -x target/tools/typst/bin/python || { python3 -m venv target/tools/typst && target/tools/typst/bin/pip install --quiet --disable-pip-version-check typst==0.15.2; }
	target/release/bench
	cargo run --release --locked -p scan --example scan_rates -- 20

package: setup-test ## make the Debian package in target/package and check it (minutes to build)
	@scripts/package
	@scripts/package-check

image: package ## make the workstation's image in target/image: boots sealed, without a network (minutes; asks the archive for packages)
	@scripts/setup image
	image/fetch target/image/pool
	SOURCE_DATE_EPOCH=$$(git log -1 --format=%ct) image/build target/package/cofferdam_*_amd64.deb target/image/pool target/image

image-check: ## boot the image in QEMU from BIOS and UEFI, rehearse in it, try to reach a network, pull its power (minutes)
	@scripts/setup image
	image/check target/image/cofferdam.iso target/image/check
	target/release/coffer verify target/image/check/pack

release: ## the package and the image built twice and compared, a bill of materials and their sums, in target/release-folder
	@scripts/release

lint: ui ## format, clippy, shellcheck, spelling, dependencies, no network client
	@scripts/lint

tools: ## build cargo-deny into target/tools (minutes) for make lint, and a newer ykman for the tests
	@scripts/lint tools
	python3 -m venv target/tools/ykman
	target/tools/ykman/bin/pip install --quiet --disable-pip-version-check yubikey-manager==5.9.2
