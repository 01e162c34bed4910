# ---- The engine for the book: library and lessons in WebAssembly, by Debian's emscripten (apt install emscripten) --------------------
#
#   make wasm         build/wasm/lessons/NN_name.js and .wasm, build/wasm/lessons.json, build/wasm/explorers.js and .wasm
#   make test-wasm    every lesson's quick run under node, held to expected.txt; the explorers, held to the same functions built as usual
#
# The browser has 128 bits a register, one thread, no packed files; files written are in memory. What there is no library for stands in
# src/book/wasm: the few names of oneTBB and zlib that the engine calls.

WASM := $(BUILD)/wasm
EMXX ?= em++
EMAR ?= emar
emscripten = NODE_PATH=/usr/share/nodejs

wasm_options = -std=c++17 -msimd128 -msse4.1 -fexceptions -fno-math-errno -fno-trapping-math -Isrc -isystem src/book/wasm -isystem $(WASM)/include
wasm_speed   = $(if $(filter src/qkv/datasets/% src/qkv/io/% src/qkv/show/% src/book/%,$*),-Os,$(if $(filter src/%,$*),-O3,-O1))
wasm_compile = $(emscripten) $(EMXX) $(wasm_options) $(wasm_speed) $(wasm_precision) -MMD -MP -c $< -o $@
# A factory for a worker: `main` runs when it is called, files are in memory, and the memory grows.
wasm_link    = $(emscripten) $(EMXX) $(filter %.o,$^) $(filter %.a,$^) -O2 -fexceptions -sMODULARIZE -sEXPORT_ES6 \
               -sDYNAMIC_EXECUTION=0 -sALLOW_MEMORY_GROWTH -sMAXIMUM_MEMORY=4GB $(wasm_how) -o $@
wasm_objects        = $(patsubst %.cpp,$(WASM)/float/obj/%.o,$1)
wasm_double_objects = $(patsubst %.cpp,$(WASM)/double/obj/%.o,$1)

# Other folders' headers would bring the system's own along, which are not those of the browser.
wasm_headers := xtensor xtl xsimd CLI nlohmann stb
$(WASM)/include/done: | $(BUILD)/setup.done
	@mkdir -p $(@D)
	@for name in $(wasm_headers); do for folder in $(DEPS:%=%/include) /usr/include; do \
	  if [ -d $$folder/$$name ]; then ln -sfn $$folder/$$name $(@D)/$$name; break; fi; done; done
	@command -v $(EMXX) >/dev/null || { echo "make wasm: there is no $(EMXX). On Debian: apt install emscripten" >&2; exit 1; }
	@touch $@
$(WASM)/flags: again
	@mkdir -p $(@D); echo '$(EMXX) $(wasm_options) $(value wasm_speed)' | cmp -s - $@ || echo '$(EMXX) $(wasm_options) $(value wasm_speed)' >$@

$(WASM)/double/%: wasm_precision = -DQKV_DOUBLE
$(WASM)/float/obj/%.o: %.cpp $(WASM)/flags | $(WASM)/include/done
	$(call say,compile $< for the browser)
	$(Q)$(wasm_compile)
$(WASM)/double/obj/%.o: %.cpp $(WASM)/flags | $(WASM)/include/done
	$(call say,compile $< for the browser in double)
	$(Q)$(wasm_compile)

$(WASM)/lib/libqkv.a: $(call wasm_objects,$(LIBRARY)) $(sort $(dir $(LIBRARY)))
$(WASM)/lib/libqkv-double.a: $(call wasm_double_objects,$(LIBRARY)) $(sort $(dir $(LIBRARY)))
$(WASM)/lib/%.a:
	$(call say,archive $@)
	$(Q)rm -f $@ && $(emscripten) $(EMAR) rcs $@ $(filter %.o,$^)

wasm_lessons := $(LESSONS:%=$(WASM)/lessons/%.js)
$(wasm_lessons): wasm_how = -sENVIRONMENT=worker -sINVOKE_RUN=0 -sEXIT_RUNTIME -sFORCE_FILESYSTEM -sEXPORTED_RUNTIME_METHODS=FS,ENV,callMain
$(filter-out $(DOUBLE:%=$(WASM)/lessons/%.js),$(wasm_lessons)): $(WASM)/lessons/%.js: $(WASM)/float/obj/lessons/%/lesson.o $(WASM)/lib/libqkv.a
	$(call say,link $@)
	$(Q)$(wasm_link)
$(DOUBLE:%=$(WASM)/lessons/%.js): $(WASM)/lessons/%.js: $(WASM)/double/obj/lessons/%/lesson.o $(WASM)/lib/libqkv-double.a
	$(call say,link $@)
	$(Q)$(wasm_link)

# Threads: done at once; or in turns, where they wait for each other.
waiting := $(patsubst lessons/%,$(WASM)/lessons/%.js,$(patsubst %/,%,$(sort $(dir $(shell grep -ls condition_variable lessons/*/*.h lessons/*/lesson.cpp)))))
$(filter-out $(waiting),$(wasm_lessons)): $(call wasm_objects,src/book/wasm/threads.cpp)
$(waiting): $(call wasm_objects,src/book/wasm/fibers.cpp)
$(waiting): wasm_how += -sASYNCIFY -Wl,--wrap=pthread_cond_wait

explorers := $(wildcard src/book/explorers/*.cpp)
$(WASM)/explorers.js: wasm_how = --no-entry -sENVIRONMENT=web,worker -sEXPORTED_FUNCTIONS=_explore -sEXPORTED_RUNTIME_METHODS=ccall
$(WASM)/explorers.js: $(call wasm_objects,$(explorers)) $(WASM)/lib/libqkv.a
	$(call say,link $@)
	$(Q)$(wasm_link)

# What each lesson accepts, from its --help.
$(WASM)/lessons.json: $(wasm_lessons) src/book/lessons.mjs
	$(call say,write $@)
	$(Q)node src/book/lessons.mjs $(WASM)/lessons $(LESSONS) >$@

wasm: $(wasm_lessons) $(WASM)/lessons.json $(WASM)/explorers.js ## the engine and all lessons in WebAssembly, for the book

.PHONY: wasm

# ---- Tests: node runs what was built for the browser; the explorers' functions are tested as usual ------------------------------------

$(BUILD)/tests/unit-float:  $(call float_objects,$(explorers))
$(BUILD)/tests/unit-double: $(call double_objects,$(explorers))
$(BUILD)/tests/same-lines: $(call float_objects,tests/book/same_lines.cpp)
$(BUILD)/tests/explore: $(call float_objects,tests/book/explore.cpp $(explorers)) $(BUILD)/lib/libqkv.a
$(addprefix $(BUILD)/tests/,same-lines explore):
	$(call say,link $@)
	$(Q)$(link)

test-wasm: wasm $(BUILD)/tests/same-lines $(BUILD)/tests/explore ## the lessons in WebAssembly print what is expected: make test-wasm LESSON=31
	@+tests/run "explorers" "node tests/book/explorers.mjs $(BUILD)" "lessons in WebAssembly" "node tests/book/wasm.mjs $(BUILD) $(LESSON)"

# The explorers on their pages show the same numbers (tests/book/explorers.test.mjs).
test-book: $(BUILD)/tests/explore

.PHONY: test-wasm test-book
