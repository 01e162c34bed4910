#!/usr/bin/env bash
# tests/lessons/test_update.sh CHECKER: the checker on lessons made up here: it passes, it fails where it should, and --update keeps tolerances.
set -u
checker=$(realpath "$1") scratch=$(mktemp -d) passed=0 failed=0
trap 'rm -rf "$scratch"' EXIT
cd "$scratch" && mkdir -p build/lessons lessons/01_made_up || exit
echo 'x' >lessons/01_made_up/lesson.cpp
printf '%s\n' '#!/bin/sh' 'case "$*" in *break=?*) exit 2;; esac' 'echo "accuracy 0.87"' >build/lessons/01_made_up
chmod +x build/lessons/01_made_up
printf '%s\n' '```text output' 'accuracy 0.87' '```' >lessons/01_made_up/README.md

want() {  # WHAT EXPECTED ACTUAL
  if [[ $2 == "$3" ]]; then passed=$((passed + 1)); else failed=$((failed + 1)); printf '%s: expected\n%s\ngot\n%s\n' "$1" "$2" "$3"; fi
}
want 'no expected.txt' '2 passed, 2 failed' "$("$checker" build | tail -n 1)"
"$checker" build --update >/dev/null
want 'written' 'accuracy 0.87' "$(cat lessons/01_made_up/expected.txt)"
want 'passes' '4 passed, 0 failed' "$("$checker" build)"
printf '%s\n' '   picture: pictures/01_a.svg' 'accuracy 0.87' >lessons/01_made_up/expected.txt
want 'where pictures went does not count' '4 passed, 0 failed' "$("$checker" build)"
echo 'accuracy 0.80~0.1' >lessons/01_made_up/expected.txt
"$checker" build --update 01 >/dev/null
want 'a tolerance stays' 'accuracy 0.80~0.1' "$(cat lessons/01_made_up/expected.txt)"
echo 'accuracy 0.50~0.1' >lessons/01_made_up/expected.txt
want 'outside of it' 1 "$("$checker" build >/dev/null; echo $?)"
"$checker" build --update 01 >/dev/null
want 'a tolerance stays, the number is new' 'accuracy 0.87~0.1' "$(cat lessons/01_made_up/expected.txt)"
echo "$passed passed, $failed failed"
[[ $failed == 0 ]]
