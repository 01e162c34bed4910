#!/usr/bin/env bash
# tests/lessons/test_update.sh CHECKER: the checker on a lesson made up here: it passes, it fails where it should, and --update keeps tolerances.
set -u
checker=$(cd "$(dirname "$1")" && pwd)/$(basename "$1") scratch=$(mktemp -d) passed=0 failed=0
trap 'rm -rf "$scratch"' EXIT
lesson=lessons/01_made_up
cd "$scratch" && mkdir -p build/lessons $lesson || exit
echo 'int main() {}' >$lesson/lesson.cpp
cat >build/lessons/01_made_up <<'PROGRAM'
#!/bin/sh
accuracy=0.95
case "$*" in
  *break=?*) exit 2;;
  *--quick*) accuracy=0.87;;
esac
printf '%s\n' '01  Made up' '' '1  A section' "accuracy $accuracy"
case "$*" in *--out*) mkdir -p pictures; echo "<rect x=\"$accuracy\"/>" >pictures/01_a.svg;; esac
PROGRAM
chmod +x build/lessons/01_made_up
edit() { sed "$1" "$lesson/$2" >edited && mv edited "$lesson/$2"; }
page() {  # WHAT TO PUT FIRST: the page of that lesson, in both languages
  printf '%s\n' '[中文](README.zh.md)' "$@" '## 1 A section' '```text output' 'accuracy 0.87' '```' '```cpp' 'int main() {}' '```' '![a](01_a.svg)' '## Exercises' \
    '1. a' '<details>' '2. b' '<details>' '3. c' '<details>' >$lesson/README.md
  sed 's/^\[中文\](README.zh.md)/[English](README.md)/' $lesson/README.md >$lesson/README.zh.md
}
page '# 01'

want() {  # WHAT EXPECTED ACTUAL
  if [[ $2 == "$3" ]]; then passed=$((passed + 1)); else failed=$((failed + 1)); printf '%s: expected\n%s\ngot\n%s\n' "$1" "$2" "$3"; fi
}
says() {  # WHAT PATTERN: the checker fails, and its words hold this
  local printed
  if printed=$("$checker" build); then printed="passed: $printed"; elif grep -q "$2" <<<"$printed"; then printed=$2; fi
  want "$1" "$2" "$printed"
}
says 'no expected.txt' 'there is no expected.txt'
"$checker" build --update >/dev/null
want 'written' 'accuracy 0.87' "$(tail -n 1 $lesson/expected.txt)"
says 'a picture that is not there' "there is no 01_a.svg"
"$checker" build --full --update >/dev/null
want 'the full run prints something else, and is kept' 'accuracy 0.95' "$(tail -n 1 $lesson/full.txt)"
want 'the picture is drawn' '<rect x="0.95"/>' "$(cat $lesson/01_a.svg)"
want 'passes' '0 failed' "$("$checker" build | tail -n 1 | cut -d ' ' -f 3-)"
want 'the full run passes' '2 passed, 0 failed' "$("$checker" build --full)"
echo '<circle x="0.95"/>' >$lesson/01_a.svg
want 'another picture' '1 passed, 1 failed' "$("$checker" build --full | tail -n 1)"
"$checker" build --full --update >/dev/null

page '# 01' '## 2 Another section'; says 'a heading that the run does not have' "'2 Another section' is '1 A section' in the run"
page '# 01' '```cpp' 'int x;' '```'; says 'code that is nowhere' 'no file of the lesson has this line'
page '# 01' '`0.1234`'; says 'a number that is nowhere' 'no run printed these numbers'
page '# 01' '[a](b.md)'; says 'a link to nowhere' 'there is no b.md'
page '# 01'; edit '$d' README.md; edit '$d' README.zh.md; says 'an exercise without an answer' 'not one answer'
page '# 01'; echo '<rect/>' >$lesson/01_b.svg; says 'a picture that no page shows' 'does not stand on the page'
rm $lesson/01_b.svg
page '# 01'; rm $lesson/README.zh.md; says 'no Chinese edition' 'README.zh.md: there is no such page'
page '# 01'; edit 's/accuracy 0.87/accuracy 0.88/' README.zh.md; says 'the editions differ' 'block 1 is another one'
page '# 01'

printf '%s\n' '01  Made up' '' '1  A section' 'accuracy 0.80~0.1' >$lesson/expected.txt
"$checker" build --update 01 >/dev/null
want 'a tolerance stays' 'accuracy 0.80~0.1' "$(tail -n 1 $lesson/expected.txt)"
edit 's/0.80/0.50/' expected.txt
want 'outside of it' 1 "$("$checker" build >/dev/null; echo $?)"
"$checker" build --update 01 >/dev/null
want 'a tolerance stays, the number is new' 'accuracy 0.87~0.1' "$(tail -n 1 $lesson/expected.txt)"
echo "$passed passed, $failed failed"
[[ $failed == 0 ]]
