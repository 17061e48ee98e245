# The commands of a contributor. `make` alone lists the targets.

CARGO ?= cargo
# The folders of `make install`; a packager adds DESTDIR.
PREFIX ?= /usr/local
DESTDIR ?=
# The libraries of C; the program qftp where it is asked for.
PARTS ?= library emulator
export CARGO PREFIX DESTDIR
venv = .cache/venv/bin
wheels = target/wheels

# With what builds an OpenSSL along, where the system has none.
locked = $(strip --locked $(shell scripts/openssl.sh))
# A wheel carries its own: it is to run where there is none, or another.
locked_wheel = --locked $(shell scripts/openssl.sh --own)

# The FTP servers of the tests need root; who is not root gets it for the test programs alone. They call cargo, which
# sudo's own PATH need not have.
ifneq ($(shell id -u),0)
as_root = --config 'target."cfg(unix)".runner="sudo -E env PATH=$(PATH)"'
endif

.DEFAULT_GOAL := help

.PHONY: help
help: ## list the targets
	@sed -n 's/^\([a-z_-]*\):.*## /  make \1\t/p' $(MAKEFILE_LIST) | expand -t 26

.PHONY: demo
demo: tools ## a file through an emulator, explained as it goes
	$(CARGO) run --quiet --release -p qftp-cli $(locked) -- demo

# Most of the tests wait, for servers and for silences of a line: more of them at a time than there are cores.
TEST_THREADS ?= 8

.PHONY: test
# The tests of `make check` are among those of the workspace.
test: setup lint no-std powerset package ## everything a change has to pass
	CARGO=$(CARGO) RUST_TEST_THREADS=$(TEST_THREADS) scripts/tests.sh $(locked) $(as_root)
	scripts/test-install.sh
	CARGO=$(CARGO) scripts/library-size.sh
	$(MAKE) test-bench
	$(MAKE) test-python test-lab site test-documents

.PHONY: check
check: lint ## what to run before each commit: lints and quick tests; no root, no servers, under two minutes when built
	CARGO=$(CARGO) scripts/quick-tests.sh $(locked)

.PHONY: lint
lint: tools ## of the Rust sources: formatting, lints, and that every link in the documentation leads somewhere
	@scripts/msrv.sh texts
	$(CARGO) fmt --all --check
	$(CARGO) clippy --workspace --all-targets $(locked) -- -D warnings
	RUSTDOCFLAGS="-D warnings" $(CARGO) doc -p qftp --no-deps --document-private-items $(locked)
	RUSTDOCFLAGS="-D warnings" $(CARGO) doc -p qftp --no-deps $(locked)

.PHONY: wheel
wheel: setup ## build the Python package, into target/wheels
	rm -rf $(wheels)
	$(venv)/maturin build --quiet $(locked_wheel) --manifest-path python/Cargo.toml --out $(wheels)

# Names of the table in scripts/wheels.sh; all by default.
WHEELS ?=
.PHONY: wheels
wheels: setup ## the Python package for other machines, into target/wheels-for, and used; WHEELS="aarch64 armv7" for some; needs root
	CARGO=$(CARGO) scripts/wheels.sh $(WHEELS)

# Into the environment of the tests.
.PHONY: installed-wheel
installed-wheel: wheel
	$(venv)/python -m pip install --quiet --disable-pip-version-check --no-deps --force-reinstall $(wheels)/*.whl

.PHONY: test-python
test-python: installed-wheel ## the Python package: lints, types, tests, and that it installs by itself
	cd python && ../$(venv)/ruff check --config pyproject.toml . ../examples ../core/tests/programs/python ../docs/site
	cd python && ../$(venv)/ruff format --check --quiet --config pyproject.toml . ../examples ../core/tests/programs/python ../docs/site
	cd python && ../$(venv)/mypy
	cd python && ../$(venv)/pyright --pythonpath ../$(venv)/python
	$(venv)/python -I -m mypy.stubtest qftp._native
	cd python && ../$(venv)/pytest --quiet --numprocesses 4 --ignore tests/lab
	$(venv)/pytest --quiet --numprocesses 4 -p no:cacheprovider -p no:labgrid --nbmake examples/notebooks
	rm -rf .cache/clean && python3 -m venv .cache/clean
	.cache/clean/bin/pip install --quiet --disable-pip-version-check --no-index $(wheels)/*.whl
	.cache/clean/bin/python -I -c 'import qftp; qftp.connect("emulator://ec2x").close()'
	.cache/clean/bin/qftp --version
	.cache/clean/bin/python -I -m qftp --version
	.cache/clean/bin/qftp --quiet demo
	.cache/clean/bin/python -I -c 'import importlib.metadata as m; assert m.entry_points(group="pytest11")["qftp"].value == "qftp.pytest_plugin"'

.PHONY: site
site: installed-wheel ## the documents as a site, into target/site/html; fails for a warning, a broken link, a page that does not fit
	CARGO=$(CARGO) scripts/site.sh

.PHONY: test-documents
test-documents: installed-wheel ## the examples of the README and of docs/start and docs/guides, run in empty folders
	CARGO=$(CARGO) scripts/test-documents.sh

# Programs of labgrid and Dask, that wait more than they work: a process for each file.
.PHONY: test-lab
test-lab: installed-wheel ## a lab on this machine: labgrid, campaigns on Dask, and the example project for CI
	$(CARGO) build --quiet -p qftp-cli $(locked)
	cd python && ../$(venv)/pytest --quiet --numprocesses 3 --dist loadfile tests/lab

# A workspace of its own, see bench/Cargo.toml. Its lock file follows the dependencies of libqftp by itself.
bench = --manifest-path bench/Cargo.toml --target-dir target

.PHONY: test-bench
test-bench: tools ## the bench: that every row runs, and that no engine takes more instructions than bench/INSTRUCTIONS says
	$(CARGO) fmt --manifest-path bench/Cargo.toml --all --check
	$(CARGO) clippy $(bench) --workspace --all-targets -- -D warnings
	$(CARGO) test $(bench) --workspace $(as_root)
	CARGO=$(CARGO) scripts/instructions.sh check

# Groups of rows, such as ROWS="stream engine"; all by default.
ROWS ?=
.PHONY: bench
bench: wheel ## measure everything beside its peers, into bench/RESULTS.md; QUICK=1 for small inputs, ROWS=... for some groups
	$(venv)/python -m pip install --quiet --disable-pip-version-check --no-deps --force-reinstall $(wheels)/*.whl
	CARGO=$(CARGO) $(CARGO) run --quiet --release $(bench) -p qftp-bench $(as_root) -- $(ROWS)

.PHONY: bench-functions
bench-functions: tools ## time single functions: framing, payload, exchange, module engine, FTP replies
	$(CARGO) bench $(bench) -p qftp-bench

.PHONY: instructions
instructions: tools ## count the instructions of each case by callgrind, into bench/INSTRUCTIONS
	CARGO=$(CARGO) scripts/instructions.sh update

# Seconds of each target.
TIME ?= 60
.PHONY: fuzz
fuzz: tools ## each fuzz target under libFuzzer and the address sanitizer, TIME=60 seconds each
	CARGO=$(CARGO) scripts/fuzz.sh $(TIME)

# Runs of each dialect, form and kind of fault: in memory, and on real servers by each surface.
SEEDS ?= 1000
SAMPLE_SEEDS ?= 1
.PHONY: faults
faults: installed-wheel ## faults in every transfer: SEEDS=1000 runs of each kind in memory, SAMPLE_SEEDS=1 on real servers; prints the counts
	status=0; \
	QFTP_FAULT_SEEDS=$(SEEDS) $(CARGO) test --release -p qftp $(locked) --test faults -- --nocapture || status=1; \
	export QFTP_FAULT_SEEDS=$(SAMPLE_SEEDS); \
	for sample in '-p qftp --test faults_on_servers' '-p qftp-cli --test faults_on_servers' \
			'-p qftp-ffi --test c_programs faults::'; do \
		$(CARGO) test --release $(locked) $(as_root) $$sample -- --nocapture || status=1; \
	done; \
	(cd python && ../$(venv)/pytest --quiet tests/test_fault_sample.py) || status=1; \
	exit $$status

.PHONY: miri
miri: tools ## the unit tests of the engines under Miri; says NOT RUN where the component is missing
	CARGO=$(CARGO) scripts/miri.sh

.PHONY: no-std
no-std: tools ## the engines without the standard library, the emulator without TLS
	$(CARGO) build -p qftp --no-default-features --locked
	$(CARGO) build -p qftp --no-default-features --features module --locked
	$(CARGO) build -p qftp --no-default-features --features serial,emulator --locked

.PHONY: msrv
msrv: tools ## all of it with the minimum Rust version, which rustup brings
	scripts/msrv.sh build

.PHONY: deny
deny: tools ## the dependencies: licences, sources, bans (deny.toml)
	scripts/tool.sh cargo-deny@0.20.2 --log-level warn check licenses bans sources

.PHONY: advisories
advisories: tools ## the dependencies: what the RustSec database says against them; fetches it
	scripts/tool.sh cargo-deny@0.20.2 check advisories

.PHONY: powerset
powerset: tools ## clippy with every set of features
	scripts/tool.sh cargo-hack@0.6.46 hack clippy --locked --feature-powerset --exclude-features vendored \
		-p qftp -p qftp-ffi-engine -p qftp-ffi-shared -p qftp-ffi-emulator -p qftp-cli -- -D warnings

.PHONY: minimal-versions
minimal-versions: tools ## all of it with the oldest dependencies that the manifests allow
	scripts/minimal-versions.sh

.PHONY: semver
semver: tools ## the public interface of the crate qftp, compared with the last release
	scripts/semver.sh

.PHONY: conformance
conformance: tools ## every case of `qftp check` at an emulator of each dialect, the slow ones too; 16 minutes
	$(CARGO) build --release -p qftp-cli $(locked)
	for dialect in ec20 ec2x bg96 gsm nl668; do \
	  target/release/qftp check -p "emulator://$$dialect" --group all || exit 1; done

.PHONY: package
package: tools ## the crates as they would be published: licences and documents in them, their documentation tested
	scripts/test-package.sh

.PHONY: size
size: tools ## the shared libraries as they are shipped: their sizes, checked
	CARGO=$(CARGO) scripts/library-size.sh

# Processors of the table in scripts/cross.sh; all by default.
PROCESSORS ?=
.PHONY: cross
cross: tools ## the C library for other processors, into target/cross, run by QEMU; PROCESSORS="armv7 aarch64" for some
	CARGO=$(CARGO) scripts/cross.sh $(PROCESSORS)

.PHONY: windows
windows: tools ## the C library and the program for Windows, into target/windows, run by Wine
	CARGO=$(CARGO) scripts/windows.sh

# Parts of scripts/dist.sh and scripts/test-dist.sh; all by default.
FILES ?=
.PHONY: dist
dist: tools ## what a release hands out, into target/release-files; FILES="source deb static sbom" for some
	CARGO=$(CARGO) scripts/dist.sh $(FILES)

.PHONY: abi
abi: tools ## the C interface against its baseline, by abidiff of Debian's abigail-tools
	scripts/abi.sh

.PHONY: test-dist
test-dist: abi ## what `make dist` made, used in clean roots; FILES="source deb static" for some; SUITE=noble on Ubuntu; needs root
	scripts/test-dist.sh $(FILES)

.PHONY: setup
setup: tools ## bring the FTP servers and the Python environment of the tests
	scripts/test-setup.sh

.PHONY: build
build: tools ## what install installs, optimized
	scripts/install.sh build $(PARTS)

.PHONY: install
install: $(if $(shell command -v $(CARGO)),build) ## install the C libraries below PREFIX, which is /usr/local; PARTS="library emulator program" for the program too
	scripts/install.sh install $(PARTS)

.PHONY: uninstall
uninstall: ## take away what install put there
	scripts/install.sh uninstall library emulator program

.PHONY: clean
clean: ## remove what was built and what the tests brought
	$(CARGO) clean
	rm -rf .cache

.PHONY: tools
tools:
	@command -v $(CARGO) >/dev/null || { echo 'cargo is missing: install Rust $(shell scripts/msrv.sh number) or later, https://rustup.rs' >&2; exit 1; }
	@scripts/openssl.sh >/dev/null
	@command -v cc >/dev/null || { echo 'cc is missing: install a C compiler, for example with apt-get install gcc libc6-dev' >&2; exit 1; }
