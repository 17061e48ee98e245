SUMMARY = "FTP through a cellular module"
DESCRIPTION = "Drives the FTP AT commands of Quectel and Fibocom modules: a library for C."
LICENSE = "MIT OR Apache-2.0"
LIC_FILES_CHKSUM = "file://LICENSE-MIT;md5=9f0eeb07d7540f63e995137263d2b852 \
                    file://LICENSE-APACHE;md5=1836efb2eb779966696f473ee8540542"

# The archive that `make dist` writes; all crates are in it. FILESEXTRAPATHS of a bbappend says where it is.
SRC_URI = "file://libqftp-${PV}.tar.xz"
S = "${UNPACKDIR}/libqftp-${PV}"

inherit cargo
B = "${S}"
CARGO_DISABLE_BITBAKE_VENDORING = "1"

export TARGET = "${RUST_TARGET_SYS}"
export PREFIX = "${prefix}"
export LIBDIR = "${libdir}"
export BINUTILS = "${TARGET_PREFIX}"

do_compile() {
    export RUSTFLAGS="${RUSTFLAGS}"
    scripts/install.sh build library
}

do_install() {
    DESTDIR=${D} scripts/install.sh install library
}

# The build strips it.
INSANE_SKIP:${PN} += "already-stripped"
