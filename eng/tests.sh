# Tests, checks, proofs and benchmarks for ./dev, which sources this file. Each runs on servers of its own, which it ends.
# shellcheck shell=bash disable=SC2154

results=$state/log/results lane= completed=

count() { # attribute, xml file
  local value
  value=$(grep -o '<assembly [^>]*>' "$2" 2>/dev/null | grep -o " $1=\"[0-9]*\"" | tr -dc 0-9)
  printf '%s' "${value:-0}"
}

report() { printf '%s\n' "$*" >>"$results"; } # passed, failed, skipped, seconds, of what; a line is one write, so lanes do not mix

run_tests() { # project, filters…
  local name began=$SECONDS status=0 failures xml colour=()
  [ -t 1 ] || colour=(-noColor)
  name=$(basename "$1" .csproj)
  xml=$state/log/$name.xml
  rm -f "$xml"
  [ -f "${1%/*}/bin/Release/net10.0/$name.dll" ] || printf '%s\n' "✗ $name was not built: is it in Wya.sln?"
  timeout --foreground -k 10 900 dotnet "${1%/*}/bin/Release/net10.0/$name.dll" -noLogo "${colour[@]}" -xml "$xml" "${@:2}" </dev/null || status=$?
  failures=$(($(count failed "$xml") + $(count errors "$xml")))
  [ $status = 0 ] || [ $failures -gt 0 ] || failures=1 # it ended before it could report
  report "$(count passed "$xml")" $failures "$(count skipped "$xml")" $((SECONDS - began)) "$name"
}

run_short_proofs() {
  local began=$SECONDS status=0 output=$state/log/proofs.ndjson good bad
  dotnet run -c Release --no-build --project tests/Wya.Prove -- --short --json </dev/null | tee "$output" || status=$?
  good=$(grep -cE '^\{.*"ok": *true' "$output" || :) bad=$(grep -cE '^\{.*"ok": *false' "$output" || :)
  [ $status = 0 ] && [ "$((good + bad))" -gt 0 ] || [ "$bad" -gt 0 ] || bad=1
  report "$good" "$bad" 0 $((SECONDS - began)) "proofs, short"
}

finish_tests() { # also after a failed step or a signal
  trap - EXIT
  local passed=0 failed=${WYA_FAILED_BEFORE:-0} skipped=0 good bad left seconds what times=''
  [ -z "$lane" ] || { kill -TERM -- "-$lane" 2>/dev/null || :; } # still at work only when we were interrupted
  throw_away test-postgres
  while read -r good bad left seconds what; do
    passed=$((passed + good)) failed=$((failed + bad)) skipped=$((skipped + left)) times+="  $seconds s  $what"$'\n'
  done <"$results"
  [ -n "$completed" ] || [ "$failed" -gt 0 ] || failed=1
  [ $((passed + failed)) -gt 0 ] || printf '%s\n' "No tests ran."
  printf '\n%s\n%s  %s s  all together\n\n' "Times" "$times" "$SECONDS"
  printf '%d passed, %d failed%s\n' "$passed" "$failed" "$([ "$skipped" = 0 ] || printf ', %d skipped' "$skipped")"
  [ "$failed" = 0 ] && [ "$passed" -gt 0 ] || exit 1
  exit 0
}

run_other_tests() { # all but those of the API, then the proofs
  local project
  for project in tests/*/*.csproj; do
    if [[ $project != */Wya.Api.Tests.csproj ]] && grep -q 'Include="xunit.v3"' "$project"; then run_tests "$project" "$@"; fi
  done
  [ $# -gt 0 ] || run_short_proofs
}

run_all_tests() {
  local began output=$state/log/other-tests.log
  : >"$results"
  trap finish_tests EXIT
  unset "${!ConnectionStrings__@}" # tests make databases of their own
  obtain_chromium
  try_redis
  try_s3
  temporary_postgres test-postgres fsync=off synchronous_commit=off full_page_writes=off max_connections=500
  began=$SECONDS
  build "the solution" || exit 1
  report 0 0 0 $((SECONDS - began)) build
  # Two lanes: tests wait more than they compute, and those of the API take as long as all others together.
  printf '%s\n' "· The tests of the API run now, all others beside them; what those print comes at the end."
  set -m # a process group of its own, which can be ended as a whole
  run_other_tests "$@" >"$output" 2>&1 </dev/null &
  lane=$!
  set +m
  run_tests tests/Wya.Api.Tests/Wya.Api.Tests.csproj "$@"
  wait "$lane" || report 0 1 0 0 "the other tests did not come to their end"
  lane=
  cat "$output"
  completed=yes
}

check() {
  local project=tests/Wya.Architecture.Tests
  step restore "Restoring packages" "Is the package feed reachable?" dotnet restore Wya.sln || exit 1
  step whitespace "Checking whitespace" "dotnet format whitespace Wya.sln mends it." dotnet format whitespace Wya.sln --no-restore --verify-no-changes || exit 1
  step style "Checking style" "dotnet format style Wya.sln mends most of it." dotnet format style Wya.sln --no-restore --verify-no-changes || exit 1
  build "the solution, analyzers' warnings as errors" || exit 1
  : >"$results"
  run_tests $project/Wya.Architecture.Tests.csproj
  grep -qE '^[1-9][0-9]* 0 ' "$results"
}

run_on_server() { # name of the instance, project, arguments…
  local name=$1 project=$2 settings=(max_connections=300)
  shift 2
  [ -d "$project" ] || fail "There is no $project."
  [ "$name" != bench-postgres ] || settings+=(shared_buffers=512MB)
  trap 'throw_away '"$name" EXIT
  { # what is printed belongs to the command alone: --json must stay readable for programs
    try_redis
    try_s3
    temporary_postgres "$name" "${settings[@]}"
    build "${project##*/}" "$project" || exit 1
  } >&2
  dotnet run -c Release --no-build --project "$project" -- "$@"
}
