//! Programs of the usual kinds, each with the habit of some host in the field: they run against an emulator on a pseudo
//! terminal and on TCP, with and without latency and line speed, and the files are compared byte by byte.
//!
//! `c/` and `python/` have the programs. None of them uses this library. `docs/conversations` has what each of them and
//! the emulator say; `UPDATE=1 cargo test -p qftp --test programs` writes it anew.
#![cfg(unix)]

mod content;
mod conversation;
mod line;
mod order;
mod place;
mod program;
mod runnable;
mod tap;

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

use qftp::dialect::bg96::BG96;
use qftp::dialect::ec2x::EC2X;
use qftp::dialect::ec20::EC20;
use qftp::dialect::gsm::GSM;
use qftp::dialect::nl668::NL668;
use qftp::module::Quirk;

use line::Timing;
use program::Program;

#[test]
fn println_put() {
    Program::c("println_put")
        .on(&[&EC2X, &EC20, &BG96])
        .puts(&["line.bin", "staged.bin"])
        .fails_with(Quirk::PayloadFromCr, "line.bin differs at 1;")
        .check();
}

#[test]
fn stat_polling() {
    Program::c("stat_polling")
        .on(&[&EC2X, &EC20, &BG96])
        .puts(&["logs/day1/up.bin"])
        .leaves(&[
            ("AT+QFTPOPEN=", "+QFTPOPEN:"),
            ("AT+QFTPCLOSE", "+QFTPCLOSE:"),
        ])
        .polls("AT+QFTPSTAT")
        .check();
}

#[test]
fn fibocom_put() {
    Program::c("fibocom_put")
        .on(&[&NL668])
        .puts(&["up.bin"])
        .check();
}

#[test]
fn fixed_waits() {
    Program::python("fixed_waits")
        .on(&[&GSM])
        .slowed(5)
        .puts(&["up.bin"])
        .check();
}

#[test]
fn put_until_plus() {
    Program::python("put_until_plus")
        .on(&[&BG96, &EC2X, &EC20])
        .slowed(2)
        .puts(&["frames/up.bin"])
        .check();
}

#[test]
fn put_from_ufs() {
    Program::python("put_from_ufs")
        .on(&[&EC2X, &EC20, &BG96])
        .puts(&["up.bin"])
        .check();
}

#[test]
fn dtr_ends_put() {
    Program::python("dtr_ends_put")
        .on(&[&EC2X, &EC20, &BG96])
        .slowed(3)
        .puts(&["up.bin"])
        .polls("AT+QFTPSTAT")
        .check();
}

#[test]
fn file_in_pieces() {
    Program::python("file_in_pieces")
        .on(&[&BG96, &EC2X, &EC20])
        .gets("down.bin")
        .check();
}

#[test]
fn get_in_pieces() {
    Program::python("get_in_pieces")
        .on(&[&EC2X, &EC20, &BG96])
        .gets("down.bin")
        .check();
}

#[test]
fn fibocom_buffer() {
    Program::python("fibocom_buffer")
        .on(&[&NL668])
        .slowed(3)
        .gets("down.bin")
        .leaves(&[("AT+FTPGET=", "+FTPGET: 1")])
        .check();
}

#[test]
fn silence_30ms() {
    Program::c("silence_30ms")
        .on(&[&GSM])
        .needs(Timing::has_latency, "does not end with")
        .slowed(10)
        .gets("down.bin")
        .check();
}

#[test]
fn packets_4096() {
    Program::c("packets_4096")
        .on(&[&GSM])
        .needs(Timing::has_speed, "overrun")
        .slowed(10)
        .gets("down.bin")
        .check();
}

#[test]
fn path_first() {
    Program::c("path_first")
        .on(&[&GSM])
        .gets("firmware/down.bin")
        .check();
}

#[test]
fn ril_lf() {
    Program::c("ril_lf")
        .on(&[&GSM])
        .puts(&["up.bin"])
        .gets("down.bin")
        .leaves(&[("AT+QFTPCFG=", "+QFTPCFG:")])
        .fails_with(Quirk::NoConfigType6, "AT+QFTPCFG=6,1: ERROR")
        .check();
}

#[test]
fn wait_ready() {
    Program::c("wait_ready")
        .on(&[&EC20, &EC2X])
        .gets("down.bin")
        .check();
}

#[test]
fn power_on() {
    Program::python("power_on")
        .on(&[&EC2X, &EC20, &NL668])
        .waits_for_banner()
        .slowed(5)
        .puts(&["up.bin"])
        .check();
}

#[test]
fn bring_up() {
    Program::python("bring_up")
        .on(&[&EC2X, &EC20, &BG96])
        .gets("down.bin")
        .check();
}

/// A program without a test has no conversation.
#[test]
fn every_program_has_a_conversation() {
    let tests = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/programs");
    let names = |folder: &Path, ending: &str| -> BTreeSet<String> {
        let files = fs::read_dir(folder).expect("a folder");
        let names = files.map(|file| file.expect("a file").file_name().into_string());
        names
            .filter_map(|name| Some(name.ok()?.strip_suffix(ending)?.to_owned()))
            .collect()
    };
    let mut programs = names(&tests.join("c"), ".c");
    programs.extend(names(&tests.join("python"), ".py"));
    programs.remove("board");
    assert_eq!(names(&conversation::folder(), ".txt"), programs);
}
