# Thin over CMake: `make` lists what there is.
.DEFAULT_GOAL := help
.PHONY: help build start check threads clang release coverage fuzz images clean

help: ## this list
	@sed -n 's/^\([a-z]*\):.*## \(.*\)/  make \1\t\2/p' Makefile | expand -t 20

build: ## the development build (gcc, AddressSanitizer and UndefinedBehaviorSanitizer) in build/dev
	cmake --preset dev && cmake --build --preset dev

start: ## run the whole system and its demonstration (./start)
	./start

check: ## every test (./check); make check TEST=ledger for some
	./check $(TEST)

threads: ## build with ThreadSanitizer (clang) in build/threads
	cmake --preset threads && cmake --build --preset threads

clang: ## build with clang, warnings as errors, in build/clang
	cmake --preset clang && cmake --build --preset clang

release: ## the hardened release in build/release
	cmake --preset release && cmake --build --preset release

coverage: ## the coverage build in build/coverage; then ctest there, then gcovr
	cmake --preset coverage && cmake --build --preset coverage

fuzz: ## the libFuzzer targets (clang) in build/fuzz
	cmake --preset fuzz && cmake --build --preset fuzz

images: ## the images of containers, into build/images (helm/images/README.md)
	helm/images/build

clean: ## throw the builds away; the data under var/ stays
	rm -rf build
