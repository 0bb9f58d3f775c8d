# Tests, checks, proofs and benchmarks for ./dev, which sources this file. Each runs on servers of its own, which it ends.
# shellcheck shell=bash disable=SC2154

api_tests=tests/Wya.Api.Tests/Wya.Api.Tests.csproj
domain_tests=tests/Wya.Domain.Tests/Wya.Domain.Tests.csproj # behind the shortest lane
# They run one after another, for what they measure is the process they are in; so in three processes, of about equal time.
slow_api_tests=(-class '*Live*' -class '*Role*' -class '*Erasure*' -class '*Page*')
grouped_api_tests=(-class '*.Rooms.*' -class '*.Messaging.*' -class '*.Safety.*' -class '*.Console.*' -class '*Discovery*')
results=$state/log/results lanes=() completed=

count() { # attribute, xml file
  local value
  value=$(grep -o '<assembly [^>]*>' "$2" 2>/dev/null | grep -o " $1=\"[0-9]*\"" | tr -dc 0-9)
  printf '%s' "${value:-0}"
}

name_failed_tests() { # each with the first line of what it says: what came before it may be long, and cut
  local xml=$state/log/Wya.*.xml
  # shellcheck disable=SC2086
  grep -ohE '<test [^>]*result="Fail"|<message><!\[CDATA\[.*' $xml 2>/dev/null |
    sed -E 's/^<test .* name="([^"]*)".*/✗ \1/; s/^<message><!\[CDATA\[/    /; s/\]\]>.*//' || :
}

report() { printf '%s\n' "$*" >>"$results"; } # passed, failed, skipped, seconds, of what; a line is one write, so lanes do not mix

run_tests() { # project, what part of it for the name or '', filters…
  local name began=$SECONDS status=0 failures xml colour=()
  [ -t 1 ] || colour=(-noColor)
  name=$(basename "$1" .csproj)
  xml=$state/log/$name$2.xml
  rm -f "$xml"
  [ -f "${1%/*}/bin/Release/net10.0/$name.dll" ] || printf '%s\n' "✗ $name was not built: is it in Wya.sln?"
  timeout --foreground -k 10 900 dotnet "${1%/*}/bin/Release/net10.0/$name.dll" -noLogo "${colour[@]}" -xml "$xml" "${@:3}" </dev/null || status=$?
  failures=$(($(count failed "$xml") + $(count errors "$xml")))
  [ $status = 0 ] || [ $failures -gt 0 ] || failures=1 # it ended before it could report
  report "$(count passed "$xml")" $failures "$(count skipped "$xml")" $((SECONDS - began)) "$name$2"
}

run_short_proofs() { # which part of them
  local began=$SECONDS status=0 output=$state/log/proofs-${1%/*}.ndjson good bad
  dotnet tests/Wya.Prove/bin/Release/net10.0/Wya.Prove.dll --short --json --part "$1" </dev/null | tee "$output" || status=$?
  good=$(grep -cE '^\{.*"ok": *true' "$output" || :) bad=$(grep -cE '^\{.*"ok": *false' "$output" || :)
  [ $status = 0 ] && [ "$((good + bad))" -gt 0 ] || [ "$bad" -gt 0 ] || bad=1
  report "$good" "$bad" 0 $((SECONDS - began)) "proofs, short, $1"
}

finish_tests() { # also after a failed step or a signal
  trap - EXIT
  local passed=0 failed=${WYA_FAILED_BEFORE:-0} skipped=0 good bad left seconds what times=''
  local lane
  for lane in "${lanes[@]}"; do kill -TERM -- "-$lane" 2>/dev/null || :; done # still at work only when we were interrupted
  throw_away test-postgres
  [ "$instances" = "$state" ] || rmdir "$instances" 2>/dev/null || :
  while read -r good bad left seconds what; do
    passed=$((passed + good)) failed=$((failed + bad)) skipped=$((skipped + left)) times+="  $seconds s  $what"$'\n'
  done <"$results"
  [ -n "$completed" ] || [ "$failed" -gt 0 ] || failed=1
  [ $((passed + failed)) -gt 0 ] || printf '%s\n' "No tests ran."
  [ "$failed" = 0 ] || { printf '\nFailed\n'; [ "${WYA_FAILED_BEFORE:-0}" = 0 ] || printf '✗ ./dev check, before the tests\n'; name_failed_tests; grep -hE '"ok": *false' "$state"/log/proofs-*.ndjson 2>/dev/null || :; }
  printf '\n%s\n%s  %s s  all together\n\n' "Times" "$times" "$SECONDS"
  printf '%d passed, %d failed%s\n' "$passed" "$failed" "$([ "$skipped" = 0 ] || printf ', %d skipped' "$skipped")"
  [ "$failed" = 0 ] && [ "$passed" -gt 0 ] || exit 1
  exit 0
}

run_other_tests() { # filters…; without any, all but those that have their place in another lane
  local project
  for project in tests/*/*.csproj; do
    if [[ $project != "$api_tests" && ($# -gt 0 || $project != "$domain_tests") ]] && grep -q 'Include="xunit.v3"' "$project"; then run_tests "$project" '' "$@"; fi
  done
}

run_all_tests() {
  local began lane beside=$state/log/beside
  : >"$results"
  rm -f "$state"/log/proofs*.ndjson "$beside"-*.log
  trap finish_tests EXIT
  unset "${!ConnectionStrings__@}" # tests make databases of their own
  # Programs that live for seconds: measuring themselves is not worth their while, nor is compiling once more what is called
  # thirty times. What is called a thousand times (400 in hexadecimal) is.
  export DOTNET_TieredPGO=0 DOTNET_TC_CallCountThreshold=400
  obtain_chromium
  obtain_duckdb
  try_redis
  try_s3
  try_rabbitmq
  try_nginx
  place_in_memory
  # No table grows old here; and compiling a query takes longer than any of them.
  temporary_postgres test-postgres fsync=off synchronous_commit=off full_page_writes=off max_connections=1000 \
    jit=off autovacuum_naptime=1h max_wal_size=256MB
  began=$SECONDS
  build "the solution" || exit 1
  report 0 0 0 $((SECONDS - began)) build
  # Lanes side by side: tests wait more than they compute.
  printf '%s\n' "· Tests of the API run now, all others and the proofs beside them; what those print comes at the end."
  set -m # each a process group of its own, which can be ended as a whole
  run_other_tests "$@" >"$beside-tests.log" 2>&1 </dev/null & lanes+=($!)
  if [ $# = 0 ]; then
    run_short_proofs 1/2 >"$beside-proofs-1.log" 2>&1 </dev/null & lanes+=($!)
    run_short_proofs 2/2 >"$beside-proofs-2.log" 2>&1 </dev/null & lanes+=($!)
    { run_tests $api_tests -slow "${slow_api_tests[@]}"; run_tests $domain_tests ''; } >"$beside-slow.log" 2>&1 </dev/null & lanes+=($!)
    run_tests $api_tests -grouped "${grouped_api_tests[@]}" "${slow_api_tests[@]/#-class/-class-}" >"$beside-grouped.log" 2>&1 </dev/null & lanes+=($!)
  fi
  set +m
  local elsewhere=("${slow_api_tests[@]}" "${grouped_api_tests[@]}")
  if [ $# = 0 ]; then run_tests $api_tests '' "${elsewhere[@]/#-class/-class-}"; else run_tests $api_tests '' "$@"; fi
  for lane in "${lanes[@]}"; do wait "$lane" || report 0 1 0 0 "a lane did not come to its end"; done
  lanes=()
  cat "$beside"-*.log
  completed=yes
}

check() {
  local project=tests/Wya.Architecture.Tests
  step restore "Restoring packages" "Is the package feed reachable?" dotnet restore Wya.sln || exit 1
  step whitespace "Checking whitespace" "dotnet format whitespace Wya.sln mends it." dotnet format whitespace Wya.sln --no-restore --verify-no-changes || exit 1
  step style "Checking style" "dotnet format style Wya.sln mends most of it." dotnet format style Wya.sln --no-restore --verify-no-changes || exit 1
  build "the solution, analyzers' warnings as errors" || exit 1
  : >"$results"
  run_tests $project/Wya.Architecture.Tests.csproj ''
  grep -qE '^[1-9][0-9]* 0 ' "$results"
}

run_on_server() { # name of the instance, project, arguments…
  local name=$1 project=$2 settings=(max_connections=300)
  shift 2
  [ -d "$project" ] || fail "There is no $project."
  [ "$name" != bench-postgres ] || settings+=(shared_buffers=512MB)
  trap 'throw_away '"$name" EXIT
  [ "$name" != prove-postgres ] || { obtain_chromium; obtain_duckdb; } >&2
  { # what is printed belongs to the command alone: --json must stay readable for programs
    try_redis
    try_s3
    try_rabbitmq
    temporary_postgres "$name" "${settings[@]}"
    build "${project##*/}" "$project" || exit 1
  } >&2
  dotnet run -c Release --no-build --project "$project" -- "$@"
}
