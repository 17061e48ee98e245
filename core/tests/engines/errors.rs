//! Every kind of error has its exit code, its status in C and its class in Python; `docs/errors.md` shows them.
//!
//! `UPDATE=1 cargo test -p qftp --test engines errors` writes the document anew.

use std::collections::BTreeSet;
use std::fmt::Write as _;
use std::path::{Path, PathBuf};

use qftp::ErrorKind;

const DOCUMENT: &str = "docs/errors.md";

const HEAD: &str = "\
# Errors

An error has a kind, the same in Rust (`Error::kind`), in C, in Python and in the program. This table is written by a
test: `UPDATE=1 cargo test -p qftp --test engines errors`. `qftp --help` explains the exit codes, `qftp.h` the statuses,
`qftp/errors.py` the classes. Where several are listed, the choice depends on what was asked for.

| kind | meaning | exit code | C | Python |
| --- | --- | --- | --- | --- |
";

const TAIL: &str = "
Beside the kind, an error tells:

| what | Rust | C (`qftp_error`) | Python | JSON |
| --- | --- | --- | --- | --- |
| the module's code, 601 to 631 in every dialect | `module_code()` | `module_code` | `module_code` | `module_code` |
| the number as the module printed it | `raw_code()` | `raw_code` | `raw_code` | `raw_code` |
| the FTP server's reply code, if the module passed it on | `ftp_reply()` | `ftp_reply` | `ftp_reply` | `ftp_reply` |
| bytes known to be in place | `bytes_confirmed()` | `bytes_confirmed` | `bytes_confirmed` | `bytes_confirmed` |
| tries of a transfer that failed | `attempts()` | `attempts` | `attempts` | `attempts` |
| what happened, in one sentence about what was asked for | `sentence()` | `message` | `str(error)` | `message` |
| the same with the AT command and the module's numbers | `describe()` | `qftp_client_last_detail` | `detail` | `detail` |
| what to try | `hint_for()` | `hint` | `hint` | `hint` |
";

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("..")
}

fn read(path: &str) -> String {
    std::fs::read_to_string(root().join(path)).unwrap_or_else(|error| panic!("{path}: {error}"))
}

/// The rows `(ErrorKind::X, rest),` of the table `BY_KIND` in a source file: kind and rest.
fn rows(source: &str) -> Vec<(String, String)> {
    let table = source.split_once("const BY_KIND").expect("a table").1;
    let table = table.split_once("\n];").expect("its end").0;
    let row = |line: &str| {
        let row = line.trim().strip_prefix("(ErrorKind::")?;
        let (kind, rest) = row.split_once(", ")?;
        Some((kind.to_owned(), rest.trim_end_matches("),").to_owned()))
    };
    table.lines().filter_map(row).collect()
}

/// The rest of the one row of a kind.
fn rest(table: &[(String, String)], kind: ErrorKind) -> &str {
    let name = format!("{kind:?}");
    let mut found = table.iter().filter(|(listed, _)| *listed == name);
    let row = found.next().unwrap_or_else(|| panic!("no row for {name}"));
    assert!(found.next().is_none(), "two rows for {name}");
    &row.1
}

/// The numbers of the program's exit codes that follow `Exit::` in a text, without duplicates.
fn exits(source: &str, text: &str) -> BTreeSet<u16> {
    let number = |name: &str| {
        let declared = format!("    {name} = ");
        let after = source.split_once(&declared).expect("an exit code").1;
        let digits = after.split_once(',').expect("a number").0;
        digits.parse::<u16>().expect("digits")
    };
    let names = text.split("Exit::").skip(1).map(|name| {
        let end = name.find(|letter: char| !letter.is_ascii_alphabetic());
        &name[..end.unwrap_or(name.len())]
    });
    names.map(number).collect()
}

/// The exit codes of one row: `Rule::Always(Exit::X)`, or what the function of the rule's name may give. `numbers` is
/// the file that gives each exit code its number.
fn exit_codes(numbers: &str, source: &str, rest: &str) -> String {
    let codes = if rest.contains("Exit::") {
        exits(numbers, rest)
    } else {
        let rule = rest.trim_start_matches("Rule::").to_lowercase();
        let function = format!("fn {rule}(self)");
        let body = source.split_once(&function).expect("the rule's function").1;
        exits(numbers, body.split_once("\n    }").expect("its end").0)
    };
    let codes: Vec<_> = codes.iter().map(u16::to_string).collect();
    codes.join(", ")
}

/// The classes of one row: the usual one, and the one for a special case that a constant names.
fn classes(source: &str, rest: &str) -> String {
    let (class, special) = rest.split_once(", ").expect("a class and a case");
    let class = class.trim_matches('"');
    if special == "None" {
        return format!("`{class}`");
    }
    let declared = format!("const {special}: ");
    let value = source.split_once(&declared).expect("the case").1;
    let other = value.split('"').nth(1).expect("its class");
    format!("`{class}`, `{other}`")
}

#[test]
fn every_kind_is_in_all_three_tables_and_in_the_document() {
    let numbers = read("cli/src/exit.rs");
    let program = read("cli/src/exit/by_kind.rs");
    let c = read("ffi/shared/src/status.rs");
    let python = read("python/src/error.rs");
    let [of_program, of_c, of_python] = [&program, &c, &python].map(|source| rows(source));
    let mut text = HEAD.to_owned();
    for kind in ErrorKind::ALL {
        let meaning = kind.meaning();
        let exit = exit_codes(&numbers, &program, rest(&of_program, *kind));
        let status = rest(&of_c, *kind);
        let class = classes(&python, rest(&of_python, *kind));
        writeln!(
            text,
            "| `{}` | {meaning} | {exit} | `{status}` | {class} |",
            kind.name()
        )
        .expect("a line");
    }
    text.push_str(TAIL);
    for table in [of_program, of_c, of_python] {
        assert_eq!(table.len(), ErrorKind::ALL.len());
    }
    if std::env::var_os("UPDATE").is_some() {
        std::fs::write(root().join(DOCUMENT), &text).expect("a document");
    }
    assert_eq!(read(DOCUMENT), text, "write it anew by UPDATE=1");
}
