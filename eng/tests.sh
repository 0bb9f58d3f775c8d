# Tests, checks, proofs and benchmarks for ./dev, which sources this file. Each runs on servers of its own, which it ends.
# shellcheck shell=bash disable=SC2154

passed=0 failed=${WYA_FAILED_BEFORE:-0} skipped=0 times=() completed=

count() { # attribute, xml file
  local value
  value=$(grep -o '<assembly [^>]*>' "$2" 2>/dev/null | grep -o " $1=\"[0-9]*\"" | tr -dc 0-9)
  printf '%s' "${value:-0}"
}

run_tests() { # project, filters…
  local name began=$SECONDS status=0 failures results colour=()
  [ -t 1 ] || colour=(-noColor)
  name=$(basename "$1" .csproj)
  results=$state/log/$name.xml
  rm -f "$results"
  [ -f "${1%/*}/bin/Release/net10.0/$name.dll" ] || printf '%s\n' "✗ $name was not built: is it in Wya.sln?"
  timeout --foreground -k 10 900 dotnet "${1%/*}/bin/Release/net10.0/$name.dll" -noLogo "${colour[@]}" -xml "$results" "${@:2}" </dev/null || status=$?
  failures=$(($(count failed "$results") + $(count errors "$results")))
  [ $status = 0 ] || [ $failures -gt 0 ] || failures=1 # it ended before it could report
  passed=$((passed + $(count passed "$results"))) failed=$((failed + failures)) skipped=$((skipped + $(count skipped "$results")))
  times+=("$((SECONDS - began)) s  $name")
}

run_short_proofs() {
  local began=$SECONDS status=0 output=$state/log/proofs.ndjson good bad
  dotnet run -c Release --no-build --project tests/Wya.Prove -- --short --json </dev/null | tee "$output" || status=$?
  good=$(grep -cE '^\{.*"ok": *true' "$output" || :) bad=$(grep -cE '^\{.*"ok": *false' "$output" || :)
  [ $status = 0 ] && [ "$((good + bad))" -gt 0 ] || [ "$bad" -gt 0 ] || bad=1
  passed=$((passed + good)) failed=$((failed + bad))
  times+=("$((SECONDS - began)) s  proofs, short")
}

finish_tests() { # also after a failed step or a signal
  trap - EXIT
  throw_away test-postgres
  [ -n "$completed" ] || [ "$failed" -gt 0 ] || failed=1
  [ $((passed + failed)) -gt 0 ] || printf '%s\n' "No tests ran."
  printf '%s\n' '' "Times" "${times[@]/#/  }" "  $SECONDS s  all together" ''
  printf '%d passed, %d failed%s\n' "$passed" "$failed" "$([ "$skipped" = 0 ] || printf ', %d skipped' "$skipped")"
  [ "$failed" = 0 ] && [ "$passed" -gt 0 ] || exit 1
  exit 0
}

run_all_tests() {
  local project began
  trap finish_tests EXIT
  unset "${!ConnectionStrings__@}" # tests make databases of their own
  obtain_chromium
  try_redis
  temporary_postgres test-postgres fsync=off synchronous_commit=off full_page_writes=off max_connections=300
  began=$SECONDS
  build "the solution" || exit 1
  times+=("$((SECONDS - began)) s  build")
  for project in tests/*/*.csproj; do
    if grep -q 'Include="xunit.v3"' "$project"; then run_tests "$project" "$@"; fi
  done
  if [ $# = 0 ] && [ -d tests/Wya.Prove ]; then run_short_proofs; fi
  completed=yes
}

check() {
  local project=tests/Wya.Architecture.Tests
  step restore "Restoring packages" "Is the package feed reachable?" dotnet restore Wya.sln || exit 1
  step whitespace "Checking whitespace" "dotnet format whitespace Wya.sln mends it." dotnet format whitespace Wya.sln --no-restore --verify-no-changes || exit 1
  step style "Checking style" "dotnet format style Wya.sln mends most of it." dotnet format style Wya.sln --no-restore --verify-no-changes || exit 1
  build "the solution, analyzers' warnings as errors" || exit 1
  run_tests $project/Wya.Architecture.Tests.csproj
  [ "$failed" = 0 ] && [ "$passed" -gt 0 ] || exit 1
}

run_on_server() { # name of the instance, project, arguments…
  local name=$1 project=$2 settings=(max_connections=300)
  shift 2
  [ -d "$project" ] || fail "There is no $project."
  [ "$name" != bench-postgres ] || settings+=(shared_buffers=512MB)
  trap 'throw_away '"$name" EXIT
  { # what is printed belongs to the command alone: --json must stay readable for programs
    try_redis
    temporary_postgres "$name" "${settings[@]}"
    build "${project##*/}" "$project" || exit 1
  } >&2
  dotnet run -c Release --no-build --project "$project" -- "$@"
}
