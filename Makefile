# qkv: attention, from the first multiplication to the Transformer.       `make` says what there is to make.
#
# Settings, for the command line:
#   make CXX=clang++-14 BUILD=build/clang       another compiler, its output beside the first one's
#   make ARCH=x86-64-v3                         for processors other than this one (ARCH= for any); make install chooses by itself
#   make DEPS="/opt/homebrew /opt/..."          folders that hold the libraries' include/ and lib/, where the system's do not
#   make WARNINGS=                              for a compiler that complains about more than ours do
#   make V=1                                    show every command

BUILD    ?= build
PREFIX   ?= /usr/local
ARCH     ?= native
DEPS     ?= $(CONDA_PREFIX)
WARNINGS ?= -Wall -Wextra -Wpedantic -Wshadow -Wconversion -Wno-sign-conversion -Werror
Q        := $(if $(V),,@)

# All processors, unless -j says otherwise; the lines of one command stay together.
ifeq ($(MAKELEVEL),0)
MAKEFLAGS += -r -j$(shell nproc 2>/dev/null || sysctl -n hw.ncpu 2>/dev/null || echo 2) $(if $(filter output-sync,$(.FEATURES)),--output-sync)
endif
.DEFAULT_GOAL := help
.DELETE_ON_ERROR:
.SECONDEXPANSION:

# ---- What there is: new files and lessons are found by themselves ---------------------------------------------------------------

LIBRARY := $(wildcard src/qkv/*.cpp src/qkv/*/*.cpp)
HEADERS := $(wildcard src/qkv/*.h src/qkv/*/*.h)
UNIT    := $(wildcard tests/test_*.cpp tests/*/test_*.cpp)
GOLDEN  := $(wildcard tests/golden/*.cpp)
LESSONS := $(patsubst lessons/%/lesson.cpp,%,$(wildcard lessons/*/lesson.cpp))
DOUBLE  := $(patsubst lessons/%/lesson.cpp,%,$(shell grep -ls '^// precision: double' lessons/*/lesson.cpp))

libraries := $(addprefix $(BUILD)/lib/,libqkv.a libqkv.so libqkv-double.a libqkv-double.so)
tests     := $(addprefix $(BUILD)/tests/,unit-float unit-double $(if $(GOLDEN),golden-float golden-double) check-lessons)
lessons   := $(LESSONS:%=$(BUILD)/lessons/%)

# ---- Compiling: x.cpp becomes build/float/obj/x.o and build/double/obj/x.o --------------------------------------------------------

# What computes gets the most, what reads and prints needs little, a lesson should start at once; nothing gets -ffast-math, for masks need their infinities.
# (GCC 12 believes its own AVX-512 intrinsics uninitialised.)
native  = $(ARCH:%=-march=%) -fno-math-errno -fno-trapping-math -fno-semantic-interposition \
          $(if $(findstring clang,$(CXX)),,-Wno-uninitialized -Wno-maybe-uninitialized)
speed   = $(or $(if $(filter src/qkv/datasets/% src/qkv/io/% src/qkv/show/%,$*),-O1 $(native)), $(if $(filter src/%,$*),-O3 $(native)), \
               $(if $(filter %/lesson lessons/all,$*),-O1), $(if $(filter lessons/% exercises/%,$*),-O0 $(lenient)), $(if $(filter tests/bench/%,$*),-O2), -O0)
lenient = -Wno-error -Wno-conversion -Wno-shadow -Wno-unused-parameter -Wno-unused-function
options = $(CXX) -std=c++17 -fPIC $(WARNINGS) $(speed) $(precision) $(addprefix -isystem ,$(DEPS:%=%/include) $(wildcard $(addsuffix /include/freetype2,/usr $(DEPS)))) $(CXXFLAGS)
compile = $(options) $(others:%.gch=-include %) -Isrc $(if $(filter tests/%,$*),-Itests) -MMD -MP -c $< -o $@
libs    = $(LDFLAGS) $(foreach dir,$(DEPS),-L$(dir)/lib -Wl,-rpath,$(dir)/lib) -ltbb -lz -lpthread $(shell cat $(BUILD)/libraries 2>/dev/null)
link    = $(CXX) $(filter %.o,$^) $(filter %.a,$^) $(libs) -o $@
say     = @mkdir -p $(@D)$(if $(V),,; echo "  $1")

$(BUILD)/double/%: precision = -DQKV_DOUBLE
$(BUILD)/float/obj/%.o: %.cpp $(BUILD)/flags $$(others) | $(BUILD)/setup.done
	$(call say,compile $<)
	$(Q)$(compile)
$(BUILD)/double/obj/%.o: %.cpp $(BUILD)/flags $$(others) | $(BUILD)/setup.done
	$(call say,compile $< in double)
	$(Q)$(compile)

# What others wrote is compiled once, and the files of src/ and all test_*.cpp begin with it. (Were our own headers in it too, every file
# would wait for every header.)
others = $(addprefix $(BUILD)/others/,$(addsuffix /all.h.gch,$(or $(if $(filter src/%,$*),src), $(if $(filter test_%,$(notdir $*)),tests), \
                                                                  $(if $(filter lessons/%/lesson,$*),lessons), $(if $(filter lessons/%,$*),exercises))))
$(BUILD)/others/src/all.h.gch:   wanted = algorithm cmath ostream vector xtensor/xarray.hpp
$(BUILD)/others/tests/all.h.gch: wanted = doctest/doctest.h sstream
$(BUILD)/others/lessons/all.h.gch:   wanted = algorithm cmath functional iostream map memory random string vector
$(BUILD)/others/exercises/all.h.gch: wanted = algorithm cmath doctest/doctest.h functional iostream map memory random string vector
$(BUILD)/others/%.h.gch: $(BUILD)/flags | $(BUILD)/setup.done
	$(call say,compile $(wanted))
	$(Q)printf '#include <%s>\n' $(wanted) >$(@:.gch=)
	$(Q)$(options) -x c++-header $(@:.gch=) -o $@
-include $(shell find $(BUILD) -name '*.d' 2>/dev/null)

# The flags of the last build: other ones, and everything is compiled again.
flags = $(CXX) $(native) $(DEPS) $(WARNINGS) $(CXXFLAGS) $(value speed) $(value compile) $(value others)
$(BUILD)/flags: again
	@mkdir -p $(@D); echo '$(flags)' | cmp -s - $@ || echo '$(flags)' >$@

float_objects  = $(patsubst %.cpp,$(BUILD)/float/obj/%.o,$1)
double_objects = $(patsubst %.cpp,$(BUILD)/double/obj/%.o,$1)

# ---- Linking; a folder is among the prerequisites so that a file taken away is noticed -------------------------------------------

$(BUILD)/lib/libqkv.a $(BUILD)/lib/libqkv.so: $(call float_objects,$(LIBRARY)) $(sort $(dir $(LIBRARY)))
$(BUILD)/lib/libqkv-double.a $(BUILD)/lib/libqkv-double.so: $(call double_objects,$(LIBRARY)) $(sort $(dir $(LIBRARY)))
# A program asks for libqkv.so.0: a library with another first number has another interface.
VERSION := $(shell sed -n 's/.*QKV_VERSION "\(.*\)".*/\1/p' src/qkv/version.h)
major   := .so.$(firstword $(subst ., ,$(VERSION)))
soname   = $(if $(filter Darwin,$(shell uname)),-Wl$(comma)-install_name$(comma)@rpath/$(basename $(@F)).$(firstword $(subst ., ,$(VERSION))).dylib,-Wl$(comma)-soname$(comma)$(basename $(@F))$(major))
comma   := ,
$(BUILD)/lib/%.a:
	$(call say,archive $@)
	$(Q)rm -f $@ && $(AR) rcs $@ $(filter %.o,$^)
$(BUILD)/lib/%.so:
	$(call say,link $@)
	$(Q)$(CXX) -shared $(soname) $(filter %.o,$^) $(libs) -o $@ && ln -sf $(@F) $(@D)/$(basename $(@F))$(major)

$(BUILD)/tests/unit-float: $(call float_objects,tests/main.cpp $(UNIT)) $(BUILD)/lib/libqkv.a
$(BUILD)/tests/unit-double: $(call double_objects,tests/main.cpp $(UNIT)) $(BUILD)/lib/libqkv-double.a
$(BUILD)/tests/golden-float: $(call float_objects,$(GOLDEN)) $(BUILD)/lib/libqkv.a
$(BUILD)/tests/golden-double: $(call double_objects,$(GOLDEN)) $(BUILD)/lib/libqkv-double.a
$(BUILD)/tests/check-lessons: $(call float_objects,tests/lessons/check.cpp)
$(tests):
	$(call say,link $@)
	$(Q)$(link)

$(filter-out $(DOUBLE:%=$(BUILD)/lessons/%),$(lessons)): $(BUILD)/lessons/%: $(BUILD)/float/obj/lessons/%/lesson.o $(BUILD)/lib/libqkv.a
	$(call say,link $@)
	$(Q)$(link)
$(DOUBLE:%=$(BUILD)/lessons/%): $(BUILD)/lessons/%: $(BUILD)/double/obj/lessons/%/lesson.o $(BUILD)/lib/libqkv-double.a
	$(call say,link $@)
	$(Q)$(link)

# A lesson that says "// data: NAME" in its first lines waits for data/NAME to prepare build/data/NAME, once.
wants_data := $(shell awk 'FNR < 4 && /^\/\/ data: / { split(FILENAME, part, "/"); print part[2] ":" $$3 }' $(LESSONS:%=lessons/%/lesson.cpp))
$(foreach row,$(wants_data),$(eval $(BUILD)/lessons/$(firstword $(subst :, ,$(row))): | build/data/$(lastword $(subst :, ,$(row)))/done))
build/data/%/done: data/% data/common .ci/apt | $(BUILD)/setup.done
	@mkdir -p $(@D)
	@+data/$* $(@D) && touch $@

# An exercise as it is given, its solution and the reader's own answer, in the precision of their lesson.
EXERCISES        := $(patsubst lessons/%.cpp,$(BUILD)/exercises/%,$(wildcard $(addprefix lessons/*/,exercise.cpp solution.cpp my_exercise.cpp)))
double_exercises := $(filter $(DOUBLE:%=$(BUILD)/exercises/%/%),$(EXERCISES))
$(filter-out $(double_exercises),$(EXERCISES)): $(BUILD)/exercises/%: $(call float_objects,lessons/%.cpp lessons/exercise.cpp) $(BUILD)/lib/libqkv.a
	$(call say,link $@)
	$(Q)$(link)
$(double_exercises): $(BUILD)/exercises/%: $(call double_objects,lessons/%.cpp lessons/exercise.cpp) $(BUILD)/lib/libqkv-double.a
	$(call say,link $@)
	$(Q)$(link)

# Lesson 89 can run in several processes, where MPI is installed (libopenmpi-dev, openmpi-bin): compiled again when that changes.
mpi = $(patsubst %/mpi.h,%,$(firstword $(wildcard /usr/include/*/mpi/mpi.h /usr/include/openmpi-*/mpi.h $(DEPS:%=%/include/mpi.h))))
$(BUILD)/mpi: again
	@mkdir -p $(@D); echo '$(mpi)' | cmp -s - $@ || echo '$(mpi)' >$@
$(call float_objects,$(wildcard lessons/89_*/*.cpp)): $(BUILD)/mpi
$(call float_objects,$(wildcard lessons/89_*/*.cpp)): private CXXFLAGS += $(mpi:%=-isystem %)
$(filter $(BUILD)/%/89_privacy $(BUILD)/exercises/89_privacy/%,$(lessons) $(EXERCISES)): private libs += $(mpi:%=-lmpi)

# ---- What to make (a leading + lets the output through as it comes) --------------------------------------------------------------

help: ## this list
	@echo "qkv: attention, from the first multiplication to the Transformer"
	@awk -F ': .*## |: ## ' '/^[a-z%-]+:.*## / { sub(/%/, "NN", $$1); printf "  make %-12s %s\n", $$1, $$NF }' $(filter Makefile %.mk,$(MAKEFILE_LIST))

lessons: $(lessons) ## the tour: every lesson in its quick form, one after the other
	@+.ci/tour $^

lesson-%: $$(BUILD)/lessons/$$(or $$(notdir $$(wildcard lessons/$$*_*)),$$*) ## build and run a lesson, e.g. make lesson-31 ARGS="--seed 3"
	@+$< $(ARGS)

exercise-%: ## check your answer to a lesson's exercise, made at first use, e.g. make exercise-31
	@+lessons/exercise $(MAKE) $(BUILD) $*

exercises: ## how far you are with the exercises of all lessons
	@+lessons/exercise $(MAKE) $(BUILD)

lib: $(libraries) ## the library, in float and in double, static and shared

all: $(libraries) $(tests) $(lessons) ## build everything, run nothing

given := $(filter-out %/my_exercise,$(EXERCISES))
test: $(libraries) $(tests) $(lessons) $(given) ## every test; the last line counts them
	@+tests/run $(unit_tests) $(if $(GOLDEN),$(call golden_tests,tests/golden)) \
	  "layout" tests/format "an evening's reading" tests/reading "the checker of lessons" "tests/lessons/test_update.sh $(BUILD)/tests/check-lessons" "lessons and pages" "$(BUILD)/tests/check-lessons $(BUILD)" \
	  "exercises and solutions" "tests/lessons/exercises $(given)" \
	  "make install" "tests/install/run $(BUILD) $(MAKE) ARCH=$(ARCH)" \
	  $(notebook_tests)

unit: $(filter %/unit-float %/unit-double,$(tests)) ## the unit tests alone, e.g. make unit ARGS="-tc='*softmax*'"
	@+tests/run $(unit_tests)

golden: $(filter %/golden-float %/golden-double,$(tests)) ## PyTorch's numbers in a folder: make golden CASES=DIR
	@+tests/run $(call golden_tests,$(or $(CASES),tests/golden))

chosen = $(filter $(BUILD)/lessons/$(LESSON)%,$(lessons))
full: $(BUILD)/tests/check-lessons $(chosen) ## every lesson in full, beside full.txt and its pictures, or one: make full LESSON=31 (minutes)
	@+$< $(BUILD) --full $(LESSON)

expected: $(BUILD)/tests/check-lessons $(chosen) ## write expected.txt from a quick run, for all lessons or one: make expected LESSON=31
	@+$< $(BUILD) --update $(LESSON)

pictures: $(BUILD)/tests/check-lessons $(chosen) ## write full.txt and the pictures of pages from full runs: make pictures LESSON=31 (minutes)
	@+$< $(BUILD) --full --update $(LESSON)

unit_tests   = "unit tests in float" "$(BUILD)/tests/unit-float $(ARGS)" "unit tests in double" "$(BUILD)/tests/unit-double $(ARGS)"
golden_tests = "PyTorch's numbers in float" "$(BUILD)/tests/golden-float $1" "PyTorch's numbers in double" "$(BUILD)/tests/golden-double $1"
# How a reader compiles the README's program, program.cpp.
test: export PROGRAM = $(CXX) -std=c++17 -I$(CURDIR)/src program.cpp $(abspath $(BUILD)/lib/libqkv.a) $(libs) -o program

# On x86-64 the library is built three times: for any processor since 2009, with AVX2 and with AVX-512; the system's loader takes the best that the
# processor has. ARCH=... on the command line builds the one asked for.
kinds     = $(if $(filter file,$(origin ARCH)),$(if $(filter x86_64,$(shell uname -m)),x86-64-v2 x86-64-v3 x86-64-v4))
installed = $(if $(kinds),$(BUILD)/x86-64-v2 $(foreach kind,x86-64-v3 x86-64-v4,$(BUILD)/$(kind)=$(kind)),$(BUILD))
installer = src/install/install $(VERSION) "$(libs)" "$(PREFIX)"

install: $(if $(kinds),$(kinds:%=install-%),$(libraries)) ## headers, libraries, pkg-config and CMake files: make install PREFIX=/usr/local
	@$(installer) $(installed)

install-%: | $(BUILD)/setup.done
	@+$(MAKE) --no-print-directory BUILD=$(BUILD)/$* ARCH=$* lib

test-install: ## install, and build somebody's program with it by pkg-config and by CMake
	@+tests/install/run $(BUILD) $(MAKE)

uninstall: ## what make install put there
	@UNINSTALL=1 $(installer) $(BUILD)

format: ## clang-format every source file
	find src lessons tests notebooks \( -name '*.h' -o -name '*.cpp' \) ! -name 'my_*' | xargs $(or $(shell command -v clang-format-14),clang-format) -i

lint: ## clang-tidy and cppcheck over src/
	@+.ci/lint

clean: ## remove everything built
	rm -rf $(BUILD)

$(BUILD)/setup.done: .ci/setup .ci/apt
	@+CXX="$(CXX)" DEPS="$(DEPS)" .ci/setup $(BUILD)
	@mkdir -p $(@D) && touch $@


.PHONY: again help lessons exercises lib all test unit golden full expected pictures install uninstall test-install format lint clean

# ---- Notebooks: a kernel from Debian packages (clang 19's interpreter behind python3-ipykernel), used where there is no other xcpp17 --------

NB     := $(BUILD)/notebooks
LLVM   ?= /usr/lib/llvm-19
PYTHON ?= /usr/bin/python3
notebook test notebooks test-browser: export QKV_ENGINE = $(abspath $(NB)/engine) -std=c++17 -DQKV_OWN_KERNEL -Wno-deprecated-declarations -resource-dir $(LLVM)/lib/clang/19 \
  -I$(CURDIR)/src $(DEPS:%=-I%/include)
notebook test notebooks test-browser: export QKV_LIBRARY = $(abspath $(BUILD)/lib/libqkv.so)
notebook test-browser: export PYTHON := $(PYTHON)

notebook: $(BUILD)/lib/libqkv.so ## open the notebooks in the browser, with a C++ kernel
	@+notebooks/kernel/start $(NB) "$(MAKE) -s $(NB)/engine" $(ARGS)

notebooks: $(BUILD)/lib/libqkv.so $(if $(KERNEL),,$(NB)/engine) ## run every notebook and compare what it prints: make notebooks ARGS="--update 31" (KERNEL=xcpp17: in that kernel)
	@+$(PYTHON) tests/notebooks/check.py $(KERNEL:%=--kernel=%) $(ARGS)

test-browser: $(BUILD)/lib/libqkv.so $(NB)/engine ## a notebook in Chromium: run, change a number, run again
	@+tests/notebooks/browser $(NB)

engine_needs := $(LLVM)/include/clang/Interpreter/Interpreter.h=libclang-19-dev $(LLVM)/include/llvm/Support/Error.h=llvm-19-dev \
                $(LLVM)/lib/libclang-cpp.so.19.1=libclang-cpp19
$(NB)/engine: notebooks/kernel/host.cpp notebooks/kernel/names.h
	@+notebooks/kernel/setup $(NB) $(engine_needs)
	$(call say,compile $<)
	$(Q)$(CXX) -std=c++17 -O1 -fno-rtti -fexceptions -isystem $(LLVM)/include $< -rdynamic -L$(LLVM)/lib -Wl,-rpath,$(LLVM)/lib \
	  -l:libclang-cpp.so.19.1 -lLLVM-19 -o $@

# make test runs of this what the installed packages allow, and installs nothing: see tests/notebooks/run.
engine_found := $(if $(filter-out $(wildcard $(foreach need,$(engine_needs),$(firstword $(subst =, ,$(need))))),\
                  $(foreach need,$(engine_needs),$(firstword $(subst =, ,$(need))))),,yes)
notebook_tests = "notebooks" "tests/notebooks/run $(NB) $(PYTHON) $(if $(engine_found),run,rules-only)"
test: $(if $(engine_found),$(NB)/engine $(BUILD)/lib/libqkv.so)

.PHONY: notebook notebooks test-browser

include src/book/wasm.mk  # the engine for the browser: make wasm, make test-wasm
include src/book/book.mk

# ---- Measuring: qkv beside libtorch and NumPy (tests/bench) ------------------------------------------------------------------------

TORCH := $(firstword $(wildcard $(addsuffix /include/torch/csrc/api/include,/usr $(DEPS))))
BENCH := $(filter-out tests/bench/torch%,$(wildcard tests/bench/*.cpp)) \
         $(filter-out $(if $(TORCH),%/torch_none.cpp,%/torch.cpp %/torch_recurrent.cpp %/torch_attention.cpp %/torch_models.cpp %/torch_translate.cpp),$(wildcard tests/bench/torch*.cpp))

bench: bench-$(if $(filter ops,$(ONLY)),numpy,torch) ## qkv's speed and memory beside libtorch's: make bench ONLY=lstm THREADS=1 ROUNDS=9 JSON=FILE (ONLY=ops: beside NumPy's)

bench-torch:
	@+tests/bench/install_peer $(BUILD)/bench/install.log
	@+$(MAKE) --no-print-directory $(BUILD)/tests/bench
	@+$(BUILD)/tests/bench $(ONLY:%=--only %) $(THREADS:%=--threads %) $(ROUNDS:%=--rounds %) $(JSON:%=--json %)

bench-numpy: $(BUILD)/tests/bench-ops
	@+tests/bench/ops/install_numpy $(PYTHON) $(BUILD)/bench/install.log
	@+PYTHONDONTWRITEBYTECODE=1 $(PYTHON) tests/bench/ops/compare.py $< $(ROUNDS:%=--rounds %) $(JSON:%=--json %) $(ARGS)

bench-build: ## what building costs: from clean, after touching a lesson, after touching a source file
	@+tests/bench/build_cost $(MAKE) $(if $(filter-out g++,$(CXX)),CXX=$(CXX))

$(call float_objects,$(wildcard tests/bench/torch*.cpp)): private CXXFLAGS += -isystem $(TORCH)
$(BUILD)/tests/bench: $(call float_objects,$(BENCH)) $(BUILD)/lib/libqkv.a
	$(call say,link $@)
	$(Q)$(link) -lopenblas $(if $(TORCH),-ltorch -ltorch_cpu -lc10)
$(BUILD)/tests/bench-ops: $(call float_objects,tests/bench/ops/qkv.cpp) $(BUILD)/lib/libqkv.a
	$(call say,link $@)
	$(Q)$(link)

.PHONY: bench bench-torch bench-numpy bench-build

# ---- Trust: what takes too long for `make test` (tests/README.md); each kind has a build of its own under build/ ------------------------

CLANG      ?= clang++-14
SECONDS    ?= 60
FUZZED     := $(wildcard src/qkv/tensor/*.cpp src/qkv/kernels/*.cpp src/qkv/io/*.cpp src/qkv/optim/*.cpp) src/qkv/nn/module.cpp \
              $(patsubst %,src/qkv/datasets/%.cpp,baskets characters data_folder emoji idx images made_up_packages made_up_pairs package_text sentences sound text text_pairs)
ENGINE     := $(filter-out src/qkv/fit.cpp src/qkv/ostream.cpp src/qkv/translator.cpp src/qkv/datasets/% src/qkv/io/% src/qkv/show/%,$(LIBRARY))
watched     = -O1 -g -fno-omit-frame-pointer
in          = +@$(MAKE) --no-print-directory BUILD=$(BUILD)/$1

fuzz: ## damaged files into every reader, under ASan and UBSan, so long each: make fuzz SECONDS=60 (RUNS=N: so often; READER=npy: only that one)
	$(call in,fuzz) CXX=$(CLANG) CXXFLAGS="$(watched) -fsanitize=fuzzer-no-link,address,undefined -fno-sanitize-recover=undefined" \
	  LDFLAGS="-fsanitize=fuzzer,address,undefined" $(BUILD)/fuzz/tests/readers
	@+tests/fuzz/run $(BUILD)/fuzz "$(if $(RUNS),-runs=$(RUNS),-max_total_time=$(SECONDS))" $(READER)

sanitize: ## the unit tests under ASan and UBSan, two trainings in two threads under TSan, a training step under valgrind
	$(call in,sanitize) CXXFLAGS="$(watched) -fsanitize=address,undefined -fno-sanitize-recover=all" LDFLAGS="-fsanitize=address,undefined" \
	  $(BUILD)/sanitize/tests/unit-float
	$(call in,threads) CXXFLAGS="$(watched) -fsanitize=thread" LDFLAGS="-fsanitize=thread" $(BUILD)/threads/tests/threads
	$(call in,valgrind) ARCH=x86-64-v3 CXXFLAGS="-O1 -g" $(BUILD)/valgrind/tests/soak
	@+tests/run "unit tests, ASan and UBSan" "ASAN_OPTIONS=allocator_may_return_null=1:quarantine_size_mb=4 $(BUILD)/sanitize/tests/unit-float $(ARGS)" \
	  "two threads, TSan" "TSAN_OPTIONS=suppressions=tests/soak/tsan.txt $(BUILD)/threads/tests/threads" \
	  "a training step, valgrind" "tests/soak/valgrind $(BUILD)/valgrind/tests/soak"

soak: $(BUILD)/tests/soak ## 10,000 training steps must not need more memory than 100
	@+tests/run "memory of 10,000 steps" "tests/soak/compare $<"

coverage: ## which lines of src/ the tests run: at least 95 of 100, the others listed
	$(call in,coverage) ARCH= CXXFLAGS="-O0 -g --coverage" LDFLAGS=--coverage $(BUILD)/coverage/tests/unit-float $(BUILD)/coverage/tests/golden-float
	@+tests/coverage $(BUILD)/coverage

$(BUILD)/tests/readers: $(call float_objects,tests/fuzz/fuzz.cpp $(FUZZED))
$(BUILD)/tests/threads: $(call float_objects,tests/main.cpp tests/properties/test_threads.cpp $(ENGINE))
$(BUILD)/tests/soak: $(call float_objects,tests/soak/soak.cpp $(ENGINE))
$(addprefix $(BUILD)/tests/,readers threads soak):
	$(call say,link $@)
	$(Q)$(link)

.PHONY: fuzz sanitize soak coverage
