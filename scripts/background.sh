# To be sourced by a script that starts programs beside itself. It has a folder of its own, $work; both end with the script.

work=$(mktemp -d)
running=()

say() { printf '%s: %s\n' "$(basename "$0" .sh)" "$*"; }
die() { say "$*" >&2; exit 1; }

# quietly COMMAND...: shows what it printed if it fails.
quietly() { "$@" >"$work/log" 2>&1 || { tail -n 30 "$work/log" >&2; die "failed: $*"; }; }

finish() {
  local process
  for process in "${running[@]}"; do
    kill "$process" 2>/dev/null || true # it may have ended
    wait "$process" || true
  done
  rm -rf "$work"
}
trap finish EXIT

# start LOG COMMAND...: starts a command of qftp and waits until it is ready.
start() {
  local log=$1
  shift
  : >"$log" # before it is looked at
  "$@" >"$log" 2>&1 &
  running+=($!)
  until grep -q '^ready: ' "$log"; do
    kill -0 "${running[-1]}" 2>/dev/null || die "qftp ended: $(cat "$log")"
    sleep 0.05
  done
}

# start_server COMMAND...: starts `qftp serve FOLDER` and exports where it is, as the examples read it.
start_server() {
  start "$work/server.log" "$@" --listen 127.0.0.1:0 --user joe:word
  FTP_PORT=$(sed -n 's|^ready: .*:\([0-9]*\)/$|\1|p' "$work/server.log")
  export FTP_HOST=127.0.0.1 FTP_PORT FTP_USER=joe FTP_PASSWORD=word
}

# Builds the program for this machine and sets $qftp.
build_program() {
  "${CARGO:-cargo}" build --quiet --locked -p qftp-cli
  qftp=$("${CARGO:-cargo}" metadata --no-deps --format-version 1 | sed 's/.*"target_directory":"\([^"]*\)".*/\1/')/debug/qftp
}
