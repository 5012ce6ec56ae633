SHELL := bash
.DEFAULT_GOAL := help

VERSION := $(shell git describe --tags --always --dirty 2>/dev/null || echo dev)
CLEW_DATA ?= ./data
CLEW_LISTEN ?= 127.0.0.1:8080

.PHONY: help run test soak lint bench build

help: ## Show this list
	@sed -nE 's/^([a-z]+):[^#]*## (.*)$$/\1\t\2/p' $(MAKEFILE_LIST) | while IFS=$$'\t' read -r name what; do printf '  %-8s %s\n' "$$name" "$$what"; done

run: build ## Build and serve (CLEW_DATA, CLEW_LISTEN)
	bin/clew serve --data $(CLEW_DATA) --listen $(CLEW_LISTEN)

test: ## Run all tests, with the race detector where code runs at the same time
	scripts/test

soak: ## Run the heavy harnesses with their full counts (long)
	CLEW_SOAK=1 scripts/test --soak

lint: ## Check formatting, go vet, staticcheck
	@unformatted=$$(find . -name node_modules -prune -o -name '*.go' -print0 | xargs -0 gofmt -l) || exit 1; \
	if [ -n "$$unformatted" ]; then printf 'not formatted (run gofmt -w):\n%s\n' "$$unformatted"; exit 1; fi
	go vet ./...
	go tool -modfile=tools/go.mod staticcheck ./...

bench: build ## Run the benchmarks, as a table with ratios to the floor
	bin/clew bench

build: ## Build bin/clew
	VERSION=$(VERSION) deploy/build bin/clew
