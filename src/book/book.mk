# ---- The book: these pages as a web site, in which every lesson runs (src/book) ---------------------------------------------------------

BOOK := $(BUILD)/book-work

$(BOOK)/node_modules/done: src/book/package.json src/book/package-lock.json
	@mkdir -p $(BOOK) && cp $^ $(BOOK)
	cd $(BOOK) && npm ci --ignore-scripts --no-audit --no-fund
	@touch $@

# With emscripten the book gets its engine; without it, the terminals show what the quick runs print.
book: $(BOOK)/node_modules/done $(if $(and $(wasm_lessons),$(shell command -v $(EMXX))),wasm) ## the pages as a web site, with every lesson to run: build/book
	@rm -rf $(BOOK)/.vitepress $(BOOK)/site $(BOOK)/explorers && mkdir -p $(BOOK)/.vitepress
	@cp -r src/book/theme src/book/config.mjs $(BOOK)/.vitepress
	@cp -r $(filter-out %.mk %/wasm src/book/theme,$(wildcard src/book/*)) $(BOOK)
	@cd $(BOOK) && node prepare.mjs $(CURDIR) $(BUILD) && node_modules/.bin/vitepress build && node finish.mjs site
	@rm -rf $(BUILD)/book && mv $(BOOK)/site $(BUILD)/book

book-serve: ## the book in your browser, on the loopback interface: make book-serve PORT=8000
	@test -f $(BUILD)/book/index.html || $(MAKE) --no-print-directory book
	@node src/book/serve.mjs $(BUILD)/book $(PORT)

.PHONY: book book-serve

book_tests = $(wildcard tests/book/*.test.mjs)
test-book: book $(if $(wasm_lessons),$(BUILD)/tests/same-lines) ## every page of the book in Chromium: links, pictures, weight, accessibility, five lessons run
	@BUILD=$(BUILD) BOOK_WORK=$(BOOK) node --test --test-concurrency=1 $(book_tests)

.PHONY: test-book
