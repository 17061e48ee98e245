//! What the shared library shows to the world: the functions of `symbols.txt` and nothing else, under a name with the
//! major version. `UPDATE=1` rewrites the list; a line that goes away breaks programs.

use std::env;
use std::fs;
use std::path::Path;
use std::process::Command;

use crate::library::built;

fn printed(program: &str, option: &str) -> String {
    let output = Command::new(program)
        .args([option, "--wide"])
        .arg(built().join("libqftp.so"))
        .output();
    let output = output.unwrap_or_else(|error| panic!("{program}: {error}: install binutils"));
    assert!(output.status.success(), "{program}: {}", output.status);
    String::from_utf8(output.stdout).expect("text")
}

#[test]
fn the_exported_symbols_are_those_of_the_list_and_of_the_header() {
    let table = printed("readelf", "--dyn-syms");
    let mut found: Vec<&str> = table
        .lines()
        .map(|line| line.split_whitespace().collect::<Vec<_>>())
        .filter(|line| line.len() == 8 && line[6].parse::<u16>().is_ok())
        .map(|line| line[7])
        .collect();
    found.sort_unstable();
    let found = found.join("\n") + "\n";
    let list = Path::new(env!("CARGO_MANIFEST_DIR")).join("symbols.txt");
    if env::var_os("UPDATE").is_some() {
        fs::write(&list, &found).expect("the list can be written");
    }
    assert_eq!(
        found,
        fs::read_to_string(&list).unwrap_or_default(),
        "run UPDATE=1 cargo test -p qftp-ffi --test c_programs symbols"
    );
    let header = include_str!("../../../include/qftp.h");
    for name in found.lines() {
        assert!(name.starts_with("qftp_"), "{name} is exported");
        assert!(
            header.contains(&format!("{name}(")),
            "{name} is not in the header"
        );
    }
}

#[test]
fn the_library_has_a_name_with_the_major_version() {
    let soname = concat!(
        "Library soname: [libqftp.so.",
        env!("CARGO_PKG_VERSION_MAJOR"),
        "]"
    );
    let dynamic = printed("readelf", "--dynamic");
    assert!(dynamic.contains(soname), "{dynamic}");
}
