#!/bin/sh
# Builds the firmware, then tests firmware and program at emulators. Arguments go to pytest.
set -eu
LIBQFTP=${LIBQFTP:-libqftp}
LIBQFTP=$(cd "$LIBQFTP" && pwd)
cd "$(dirname "$0")"
ARTEFACTS=${ARTEFACTS:-$PWD/artefacts}
BUILD=${BUILD:-$PWD/build}
export LIBQFTP ARTEFACTS BUILD
mkdir -p "$ARTEFACTS" "$BUILD"

core=$(BINUTILS=arm-none-eabi- "$LIBQFTP/scripts/build-library.sh" libqftp_core staticlib --target thumbv7em-none-eabihf)
make --silent --directory "$LIBQFTP/examples/firmware" BUILD="$BUILD" QFTP_CORE="$core"

exec python3 -m pytest --junitxml="$ARTEFACTS/junit.xml" -o junit_logging=all -o junit_family=xunit2 tests "$@"
