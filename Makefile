# Beistand. "make help" lists what can be made. Nothing here is needed to run a released binary.
SHELL       := bash
.SHELLFLAGS := -eu -o pipefail -c
.DEFAULT_GOAL := help
.NOTPARALLEL:

LISTEN   ?= 127.0.0.1:8080
DEMO     ?= .cache/demo
REPORTS  ?= 60
FUZZTIME ?= 30s
KILLS    ?= 200
CASES    ?= 10000
VERSION  ?= v0.1.0

LINT     := github.com/golangci/golangci-lint/v2/cmd/golangci-lint v2.15.0
LIGHTHOUSE := 12.8.2
DEADCODE := golang.org/x/tools/cmd/deadcode v0.52.0
MANIFEST := frontend/dist/.vite/manifest.json
SOURCES   = $(shell find frontend/src frontend/build frontend/public -type f ! -name '*.test.ts') frontend/vite.config.ts frontend/package-lock.json
NPM      := npm --prefix frontend --no-fund --no-audit --no-update-notifier

.PHONY: help
help: ## list the targets
	@sed -n 's/^\([a-z0-9-]*\):.*## /\1\t/p' $(MAKEFILE_LIST) | expand -t 16

.PHONY: run
run: build ## build and start the fictional Musterstadt on LISTEN
	bin/beistand demo -listen $(LISTEN) -data $(DEMO) -reports $(REPORTS)

.PHONY: build
build: $(MANIFEST) ## build bin/beistand, the whole product in one file
	build/need.sh go
	CGO_ENABLED=0 go build -trimpath -buildvcs=false -ldflags='-s -w -buildid= -X main.version=$(VERSION)' -o bin/beistand ./cmd/beistand

.PHONY: web
web: modules ## check, then build the scripts and style sheets of both sites
	$(NPM) run check
	$(MAKE) $(MANIFEST)

$(MANIFEST): $(SOURCES)
	$(MAKE) modules
	$(NPM) run build

.PHONY: modules
modules: # npm ci, unless node_modules is what the lock file asks for
	build/need.sh node
	node build/modules.mjs || $(NPM) ci --ignore-scripts

.PHONY: test
test: ## everything that must pass
	build/need.sh go gcc node browser fonts
	$(MAKE) unit-web $(MANIFEST) unit-go e2e

.PHONY: unit-web
unit-web: modules ## types, style and unit tests of the TypeScript
	$(NPM) run check
	$(NPM) run lint
	$(NPM) test

.PHONY: unit-go
unit-go: $(MANIFEST) ## tests of the Go code, with the race detector
	build/need.sh go gcc
	CGO_ENABLED=0 go vet -trimpath ./...
	cd internal/storetest/ferretdb && CGO_ENABLED=0 go vet -tags ferretdb_no_postgresql ./...
	CGO_ENABLED=0 go vet -tags libreoffice ./internal/statistics
	go test -race -shuffle=on -timeout 15m $$(go list ./... | grep -v /internal/statistics)
	go test -shuffle=on ./internal/statistics/... # one goroutine, nothing to race, and ten times as long with the detector
	go test -run '^TestGaps$$' -v ./internal/storetest | grep 'not run on'

.PHONY: e2e
e2e: build ## the whole story in a browser, against the built binary
	build/need.sh browser fonts
	$(NPM) run e2e

.PHONY: pictures
pictures: build ## take the pictures of pages in frontend/e2e/pictures anew; look at each before you commit it
	build/need.sh browser fonts
	$(NPM) run e2e -- pictures.spec.ts -g 'as it did|as they did' --update-snapshots

.PHONY: lighthouse
lighthouse: build ## accessibility of the public pages by Lighthouse, fetched once
	build/need.sh node browser
	build/lighthouse.sh bin/beistand $(LIGHTHOUSE) lighthouse.mjs

.PHONY: libreoffice
libreoffice: ## open the files of an edition in LibreOffice, half a gigabyte of it
	build/need.sh go libreoffice
	go test -tags libreoffice -run '^TestLibreOffice$$' -count=1 -v ./internal/statistics

.PHONY: bench
bench: build ## measure; the last line is one JSON object
	@mkdir -p .cache && rm -f .cache/bench.json
	BEISTAND_TEST_BENCH=$(CURDIR)/.cache/bench.json go test -run '^TestBench$$' -count=1 -timeout 30m -v ./cmd/beistand
	@cat .cache/bench.json

.PHONY: bench-console
bench-console: build ## the console in a browser with CASES cases; prints one JSON object
	build/need.sh node browser
	BEISTAND_SPEED=$(CASES) $(NPM) run e2e -- console-speed

.PHONY: bench-form
bench-form: build ## the form on an old phone and a slow line, behind TLS; prints one JSON object
	build/need.sh node browser
	build/lighthouse.sh bin/beistand $(LIGHTHOUSE) formspeed.mjs

.PHONY: release
release: modules ## build the commit twice, compare, write dist-release/ with checksums and SBOM
	build/release.sh $(VERSION) dist-release

.PHONY: soak
soak: build ## kill, starve and besiege the server, KILLS times, and look for what is missing
	BEISTAND_TEST_KILLS=$(KILLS) go test -run 'Kill9|Killed|SeveralInstances|DatabaseGone|DiskFull|Siege|TestContract.*/Process' -count=1 -timeout 120m -v ./cmd/beistand ./internal/boltstore ./internal/mongostore

# Making a new input shorter may take a minute by default, which is the whole time and more. What a target finds lies in
# testdata and fails the second time too; without it Go before 1.27 met its own deadline (go.dev/issue/75804).
.PHONY: fuzz
fuzz: ## run each fuzz test for FUZZTIME
	for package in $$(go list ./...); do \
	  for name in $$(go test -list '^Fuzz' $$package | grep '^Fuzz' || true); do \
	    one="go test -run ^$$ -fuzz ^$$name$$ -fuzztime $(FUZZTIME) -fuzzminimizetime 10x $$package"; \
	    $$one || $$one; \
	  done; \
	done

.PHONY: lint
lint: modules ## style and import walls (builds golangci-lint once: minutes)
	lint=$$(build/tool.sh $(LINT)) && $$lint run ./...
	cd internal/storetest/ferretdb && CGO_ENABLED=0 go vet -tags ferretdb_no_postgresql ./...
	dead=$$(build/tool.sh $(DEADCODE)) && found=$$($$dead -test ./...) && { [ -z "$$found" ] || { echo "$$found"; exit 1; }; }
	$(NPM) run lint

.PHONY: fmt
fmt: modules ## format everything
	lint=$$(build/tool.sh $(LINT)) && $$lint fmt
	$(NPM) run format

.PHONY: cover
cover: ## which code no test reaches
	@mkdir -p .cache
	go test -coverpkg=./... -coverprofile=.cache/cover.out ./...
	go tool cover -func=.cache/cover.out | tail -n 1

.PHONY: golden
golden: ## write the golden pages and vectors anew; read the difference before you commit it
	for package in $$(go list ./...); do \
	  if go test -run '^$$' $$package -args -update >/dev/null 2>&1; then go test -count=1 $$package -args -update; fi; \
	done
