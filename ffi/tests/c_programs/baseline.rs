//! The binary interface against its baseline, the headers of `ffi/abi`: what a program was compiled for stays as it was, and
//! a program of then runs with the library of now. `UPDATE=1 cargo test -p qftp-ffi --test c_programs baseline` takes the
//! headers of now for the baseline, as a release that gives the library another name does.

use std::collections::BTreeSet;
use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use crate::library::{Linked, Program};

const HEADERS: [&str; 2] = ["qftp.h", "qftp_emulator.h"];

fn folder() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

fn baseline() -> PathBuf {
    folder().join("abi")
}

/// Returns both headers of a folder without their comments.
fn code(folder: &Path) -> String {
    let mut code = String::new();
    for name in HEADERS {
        let text = fs::read_to_string(folder.join(name)).expect("a header");
        for part in text.split("/*") {
            let rest = part.split_once("*/").map_or(part, |(_, rest)| rest);
            code.push_str(rest);
        }
    }
    code
}

/// Returns the functions and the types of callbacks, each in one line.
fn declarations(code: &str) -> BTreeSet<String> {
    let statements = code.split(';').map(|statement| {
        let lines = statement.lines().filter(|line| !line.starts_with('#'));
        let text = lines.collect::<Vec<_>>().join(" ");
        text.split_whitespace().collect::<Vec<_>>().join(" ")
    });
    statements
        .filter(|text| text.ends_with(')') && text.contains("qftp_") && !text.contains('{'))
        .collect()
}

/// Returns the bodies of the declarations that begin so, with what stands before them.
fn bodies<'a>(code: &'a str, start: &str) -> Vec<(&'a str, &'a str)> {
    let parts = code.split(start).skip(1);
    parts
        .filter_map(|part| part.split_once('{'))
        .filter(|(name, _)| !name.contains(';'))
        .filter_map(|(name, rest)| Some((name.trim(), rest.split_once('}')?.0)))
        .collect()
}

/// Writes a program that prints the place of each member, and the value of each constant.
fn probe(code: &str) -> String {
    let mut program = String::from(
        "#include <stdio.h>\n#include \"qftp.h\"\n#include \"qftp_emulator.h\"\nint main(void) {\n",
    );
    for (name, body) in bodies(code, "\ntypedef struct ") {
        for member in body.split(';').filter(|member| !member.trim().is_empty()) {
            let member = member.rsplit([' ', '*', '\n']).next().expect("a name");
            let member = member.split('[').next().expect("a name");
            if member.starts_with("reserved") {
                continue; // programs leave it 0, and it may get a meaning and a name
            }
            let _ = writeln!(
                program,
                "printf(\"{name}.{member} %zu %zu\\n\", offsetof({name}, {member}), sizeof((({name} *)0)->{member}));"
            );
        }
    }
    for (_, body) in bodies(code, "\nenum ") {
        for constant in body.split(',').filter_map(|line| line.split_once('=')) {
            let name = constant.0.trim();
            let _ = writeln!(program, "printf(\"{name} %ld\\n\", (long){name});");
        }
    }
    program.push_str("return 0;\n}\n");
    program
}

/// Runs the probe with the headers of a folder.
fn layout(probe: &str, headers: &Path) -> String {
    let place = tempfile::tempdir().expect("a folder");
    let source = place.path().join("probe.c");
    fs::write(&source, probe).expect("written");
    let program = place.path().join("probe");
    let mut cc = Command::new("cc");
    cc.arg("-I")
        .arg(headers)
        .arg(&source)
        .arg("-o")
        .arg(&program);
    let compiled = cc.output().expect("a compiler");
    let errors = String::from_utf8_lossy(&compiled.stderr);
    assert!(compiled.status.success(), "a member is gone: {errors}");
    let printed = Command::new(program).output().expect("it runs");
    String::from_utf8(printed.stdout).expect("text")
}

#[test]
fn what_a_program_was_compiled_for_stays() {
    let now = folder().join("../include");
    if std::env::var_os("UPDATE").is_some() {
        for name in HEADERS {
            fs::copy(now.join(name), baseline().join(name)).expect("copied");
        }
    }
    let (old, new) = (code(&baseline()), code(&now));
    let declared = declarations(&old);
    assert!(declared.len() > 100, "{}", declared.len());
    let gone: Vec<_> = declared.difference(&declarations(&new)).cloned().collect();
    assert!(gone.is_empty(), "changed or gone: {gone:#?}");
    let probe = probe(&old);
    let before = layout(&probe, &baseline());
    assert!(before.lines().count() > 200, "{before}");
    assert_eq!(before, layout(&probe, &now));
}

#[test]
fn a_program_of_the_baseline_runs_with_the_library_of_now() {
    let program = Program::compile_with(&baseline().join("program.c"), &baseline(), Linked::Shared);
    let place = tempfile::tempdir().expect("a folder");
    program.run(&[place.path().join("module")]);
}
