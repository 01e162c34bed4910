# ---- The book: these pages as a web site, in which every lesson runs (src/book) ---------------------------------------------------------

BOOK := $(BUILD)/book-work

$(BOOK)/node_modules/done: src/book/package.json src/book/package-lock.json
	@mkdir -p $(BOOK) && cp $^ $(BOOK)
	cd $(BOOK) && npm ci --ignore-scripts --no-audit --no-fund
	@touch $@

book: $(BOOK)/node_modules/done ## the pages as a web site, with every lesson to run: build/book
	@mkdir -p $(BOOK)/.vitepress && rm -rf $(BOOK)/.vitepress/theme $(BOOK)/site && cp -r src/book/theme src/book/config.mjs $(BOOK)/.vitepress && cp -r src/book/run $(BOOK) && cp src/book/explorers/explorers.js src/book/*.mjs src/book/*.css src/book/*.svg $(BOOK)
	@cd $(BOOK) && node prepare.mjs $(CURDIR) && node_modules/.bin/vitepress build && node finish.mjs site
	@rm -rf $(BUILD)/book && mv $(BOOK)/site $(BUILD)/book

book-serve: ## the book in your browser, on the loopback interface: make book-serve PORT=8000
	@test -f $(BUILD)/book/index.html || $(MAKE) --no-print-directory book
	@node src/book/serve.mjs $(BUILD)/book $(PORT)

.PHONY: book book-serve
