# af: one library, seven tools. `make demo` and `make check` are all a newcomer needs; `make help` lists the rest.
BUILD   ?= build
prefix  ?= /usr/local
DESTDIR ?=
ifeq ($(origin CC),default)
CC      := gcc
endif
SAN     ?=
V       ?=
Q       := $(if $V,,@)
say     := @$(if $V,:,echo ' ')
VERSION := 0.1.0

FOLDERS  := base lang spec cost model pmap join draw
PACKAGES := yaml-0.1 isl
CFLAGS   ?= -O2 -g
CFLAGS_  := -std=c11 -D_GNU_SOURCE -Wall -Wextra -Werror -ffp-contract=off -pthread -Ilib -DAF_VERSION='"$(VERSION)"' \
            -DAF_SHARE='"$(prefix)/share/af"' $(shell pkg-config --cflags $(PACKAGES) 2>/dev/null)
LDLIBS   := $(shell pkg-config --libs $(PACKAGES) 2>/dev/null) -lm -pthread
STATIC   ?= -no-pie -Wl,-Bstatic $(shell pkg-config --static --libs $(PACKAGES) 2>/dev/null) -Wl,-Bdynamic -lm -pthread
ifeq ($(SAN),1)
STATIC  :=
CFLAGS_ += -fsanitize=address,undefined -fno-omit-frame-pointer -fno-sanitize-recover=undefined
override BUILD := $(BUILD)/san
endif
ifeq ($(SAN),thread)
STATIC  :=
CFLAGS_ += -fsanitize=thread
override BUILD := $(BUILD)/tsan
endif

SOURCES := $(foreach f,$(FOLDERS),$(wildcard lib/$f/*.c))
OBJECTS := $(SOURCES:lib/%.c=$(BUILD)/lib/%.o)
TOOLS   := $(patsubst tools/af-%.c,af-%,$(wildcard tools/af-*.c))
BINARIES := $(TOOLS:%=$(BUILD)/bin/%)
UNITS   := $(patsubst tests/unit/%.c,$(BUILD)/unit/%,$(wildcard tests/unit/*/test_*.c))

.PHONY: all demo check check-long bench bench-wild bench-paired lint install man deps clean help units parity fuzz coverage covered
.SECONDARY:

all: $(BINARIES)

help:
	@echo 'make demo     install what is missing, build, map share/workloads/attention.yaml on share/arches/edge.yaml: build/demo.svg'
	@echo 'make check    install what is missing, build, run all tests (unit tests also with ASan and UBSan)'
	@echo 'make check-long  the same kinds of random tests, many more: half an hour'
	@echo 'make bench    CPU time and peak memory of the whole pipe;  make lint: the rules of the house'
	@echo 'make install  prefix=/usr/local DESTDIR=;  make man: manual pages;  make parity: compare with the reference on random specs'
	@echo 'make bench-paired  CASES=REGEX: CPU times and memory beside the reference on its own regression cases'
	@echo 'make coverage branches of lib/lang that its unit tests take (gcovr)'
	@echo 'make fuzz     FUZZ_SECONDS=60 for each parser (clang);  make SAN=1 or SAN=thread with sanitizers;  make CC=clang'

deps:
	@sh tests/deps.sh

# What is missing is installed first, by a make of its own, so that pkg-config answers in the one that builds.
demo: deps
	@$(MAKE) --no-print-directory all
	@BIN=$(BUILD)/bin pipelines/map.sh share/arches/edge.yaml share/workloads/attention.yaml -S 'mapper.metrics=ENERGY|LATENCY|RESOURCE_USAGE' -o $(BUILD)/demo.jsonl
	@$(BUILD)/bin/af-render -f text $(BUILD)/demo.jsonl
	@$(BUILD)/bin/af-render --title 'Fused attention on a small accelerator' $(BUILD)/demo.jsonl -o $(BUILD)/demo.svg
	@echo 'The picture is in $(BUILD)/demo.svg'

check: deps
	@$(MAKE) --no-print-directory all units lint
	@$(MAKE) --no-print-directory SAN=1 units
	@BUILD=$(BUILD) sh tests/run.sh

# The tests against brute force on many more random problems, and many more damaged records: half an hour.
check-long: all units
	@PATH=$$(cd $(BUILD)/bin && pwd):$$PATH python3 tests/tools/mutations.py 1000 30000
	@$(BUILD)/unit/brute/test_model 1000 20000
	@$(BUILD)/unit/brute/test_isl 1000 3000
	@$(BUILD)/unit/brute/test_mapper 1000 30000

lint:
	@sh tests/lint.sh

bench: all
	@BIN=$(BUILD)/bin sh tests/bench.sh
	@BIN=$(BUILD)/bin OUT=$(BUILD) sh tests/bench_mapper.sh
	@[ -z "$$PARITY_PYTHON" ] || BIN=$(BUILD)/bin sh tests/bench_model.sh

bench-wild: all
	@BIN=$(BUILD)/bin sh tests/bench_mapper.sh wild

parity: all
	@tests/parity/run.sh $(BUILD) parity.py $(PARITY)

# The reference's own regression cases, each mapped by both: CPU times and memory side by side; CASES: a pattern of names. An hour for all.
REFERENCE ?= ../shared/reference
bench-paired: all
	@tests/parity/run.sh $(BUILD) mapper_speed.py $(REFERENCE) '$(CASES)'

# Pages with the options that the tools list themselves.
MANUALS := $(patsubst share/man/%.in,$(BUILD)/man/%,$(wildcard share/man/*.in))
man: $(MANUALS)
$(BUILD)/man/%: share/man/%.in share/man/make.sh $(BINARIES)
	@mkdir -p $(@D)
	sh share/man/make.sh $(BUILD)/bin $< > $@.new && mv $@.new $@

install: all man
	install -d $(DESTDIR)$(prefix)/bin
	install -m 755 $(BINARIES) $(DESTDIR)$(prefix)/bin
	find share -type f ! -path 'share/man/*' ! -path 'share/completions/*' ! -path 'share/pictures/*' | while read -r file; do \
	    install -D -m $$([ -x "$$file" ] && echo 755 || echo 644) "$$file" "$(DESTDIR)$(prefix)/share/af/$${file#share/}" || exit 1; done
	for page in $(MANUALS) share/man/*.[1-9]; do \
	    install -D -m 644 "$$page" "$(DESTDIR)$(prefix)/share/man/man$${page##*.}/$${page##*/}" || exit 1; done
	install -d $(DESTDIR)$(prefix)/share/af/pipelines
	install -m 755 $(filter-out %/common.sh,$(wildcard pipelines/*.sh)) $(DESTDIR)$(prefix)/share/af/pipelines
	install -m 644 pipelines/common.sh $(DESTDIR)$(prefix)/share/af/pipelines
	install -D -m 644 share/completions/words.sh $(DESTDIR)$(prefix)/share/af/completions/words.sh
	for tool in $(TOOLS); do \
	    for to in af.bash:bash-completion/completions/$$tool af.zsh:zsh/site-functions/_af af.fish:fish/vendor_completions.d/$$tool.fish; do \
	        install -d "$(DESTDIR)$(prefix)/share/$$(dirname $${to#*:})" && \
	        sed 's|@share@|$(prefix)/share/af|' share/completions/$${to%%:*} > "$(DESTDIR)$(prefix)/share/$${to#*:}" || exit 1; done; done

$(BUILD)/lib/%.o: lib/%.c
	@mkdir -p $(@D)
	$(say) CC $<
	$(Q)$(CC) $(CFLAGS_) $(CFLAGS) -MMD -MP -c $< -o $@

$(BUILD)/libaf.a: $(OBJECTS)
	@rm -f $@
	$(say) AR $@
	$(Q)ar rcs $@ $^

$(BUILD)/tools/%.o: tools/%.c
	@mkdir -p $(@D)
	$(say) CC $<
	$(Q)$(CC) $(CFLAGS_) -Itools $(CFLAGS) -MMD -MP -c $< -o $@

SHARED_TOOLS := $(patsubst tools/%.c,$(BUILD)/tools/%.o,$(filter-out tools/af-%.c,$(wildcard tools/*.c)))

# libyaml and isl are static where they can be: finding and relocating shared ones takes longer than most calls do. The C library stays
# shared, so that valgrind sees what is taken and freed.
# Of a process's start (1 ms) it is a third; -z now, norelro, noseparate-code and --gc-sections change less than can be measured, and
# libm cannot be static where libc is shared.
$(BUILD)/bin/af-%: $(BUILD)/tools/af-%.o $(SHARED_TOOLS) $(BUILD)/libaf.a
	@mkdir -p $(@D)
	$(say) LD $@
	$(Q)$(if $(STATIC),$(CC) $(CFLAGS_) $(CFLAGS) $^ $(STATIC) -o $@ 2>/dev/null ||) $(CC) $(CFLAGS_) $(CFLAGS) $^ $(LDLIBS) -o $@

# A unit test links what stands at or below its folder, so that it can be built before what is above is.
define unit_rule
$(BUILD)/unit/$1/%: tests/unit/$1/%.c tests/unit/test.h $$(filter $(foreach f,$2,$(BUILD)/lib/$f/%),$(OBJECTS))
	@mkdir -p $$(@D)
	$$(say) LD $$@
	$$(Q)$$(CC) $$(CFLAGS_) -Itests/unit $$(CFLAGS) -MMD -MP $$(filter %.c %.o,$$^) $$(LDLIBS) -o $$@
endef
below = $(if $1,$(if $(filter $2,$(firstword $1)),$2,$(firstword $1) $(call below,$(wordlist 2,9,$1),$2)))
$(foreach f,$(FOLDERS),$(eval $(call unit_rule,$f,$(call below,$(FOLDERS),$f))))

# The independent simulator and enumerator of tests/brute: each test_*.c there with the other files of the folder.
BRUTES := $(patsubst tests/brute/%.c,$(BUILD)/unit/brute/%,$(wildcard tests/brute/test_*.c))
$(BUILD)/unit/brute/%: tests/brute/%.c $(filter-out tests/brute/test_%,$(wildcard tests/brute/*.c)) $(wildcard tests/brute/*.h) tests/unit/model/model_case.h $(BUILD)/libaf.a
	@mkdir -p $(@D)
	$(say) LD $@
	$(Q)$(CC) $(CFLAGS_) -Itests/unit $(CFLAGS) $(filter %.c %.a,$^) $(LDLIBS) -o $@

# Fuzz targets: under libFuzzer by `make fuzz`; as unit tests they are run once over the inputs that tests/fuzz/corpus keeps.
FUZZ_SECONDS ?= 60
FUZZED       := $(patsubst tests/fuzz/test_%.c,%,$(wildcard tests/fuzz/test_*.c))
FUZZ_FLAGS   := -fsanitize=address,undefined -fno-sanitize-recover=undefined -fno-omit-frame-pointer
REPLAYS      := $(FUZZED:%=$(BUILD)/unit/fuzz/test_%)
$(BUILD)/unit/fuzz/%: tests/fuzz/%.c tests/fuzz/replay.c tests/fuzz/fuzz.h $(BUILD)/libaf.a
	@mkdir -p $(@D)
	$(say) LD $@
	$(Q)$(CC) $(CFLAGS_) -Itests/unit $(CFLAGS) $(filter %.c %.a,$^) $(LDLIBS) -o $@

$(BUILD)/fuzz/lib/%.o: lib/%.c
	@mkdir -p $(@D)
	$(say) CC $<
	$(Q)clang $(CFLAGS_) $(CFLAGS) $(FUZZ_FLAGS) -fsanitize=fuzzer-no-link -MMD -MP -c $< -o $@

$(BUILD)/fuzz/%: tests/fuzz/test_%.c tests/fuzz/fuzz.h $(filter $(patsubst %,$(BUILD)/fuzz/lib/%/%.o,base lang spec),$(OBJECTS:$(BUILD)/%=$(BUILD)/fuzz/%))
	$(say) LD $@
	$(Q)clang $(CFLAGS_) $(CFLAGS) $(FUZZ_FLAGS) -fsanitize=fuzzer $(filter %.c %.o,$^) $(LDLIBS) -o $@

fuzz: $(FUZZED:%=$(BUILD)/fuzz/%)
	@BUILD=$(BUILD) sh tests/fuzz/run.sh $(FUZZ_SECONDS) $(FUZZED)

# Branches that the unit tests of the languages take, of lib/lang and of what evaluates sets in lib/spec. 95 % are asked for.
COVERED := lang/% spec/test_renames
coverage:
	@$(MAKE) --no-print-directory BUILD=$(BUILD)/coverage CFLAGS='-O0 -g --coverage' covered
	@sh tests/coverage.sh $(BUILD)/coverage
covered: $(filter $(COVERED:%=$(BUILD)/unit/%),$(UNITS))

units: $(UNITS) $(BRUTES) $(REPLAYS)

clean:
	rm -rf $(BUILD)

-include $(OBJECTS:.o=.d) $(OBJECTS:$(BUILD)/%.o=$(BUILD)/fuzz/%.d) $(wildcard $(BUILD)/tools/*.d)
