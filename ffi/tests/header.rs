//! The committed header is the one that the sources give; it documents every argument, and other headers stand beside
//! it. `UPDATE=1 cargo test -p qftp-ffi --test header` rewrites it.

use std::fs;
use std::path::Path;

const HEADER: &str = include_str!("../../include/qftp.h");

#[test]
fn the_header_is_up_to_date() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut made = Vec::new();
    cbindgen::generate(folder)
        .expect("the sources are readable")
        .write(&mut made);
    let made = String::from_utf8(made).expect("the header is UTF-8");
    let path = folder.join("../include/qftp.h");
    if std::env::var_os("UPDATE").is_some() {
        fs::write(&path, &made).expect("the header can be written");
    }
    let committed = fs::read_to_string(&path).unwrap_or_default();
    let differs = made
        .lines()
        .zip(committed.lines())
        .find(|(made, committed)| made != committed);
    assert!(
        made == committed,
        "include/qftp.h is not what the sources say, first at {differs:?}: run UPDATE=1 cargo test -p qftp-ffi --test header"
    );
}

/// A function or callback of the header, and the comment before it.
struct Declaration {
    comment: &'static str,
    text: String,
}

/// Returns the functions and callbacks of the header.
fn declarations() -> Vec<Declaration> {
    let (_, body) = HEADER.split_once("#include <string.h>").expect("a body");
    let blocks = body.split("/**").skip(1);
    let parts = blocks.filter_map(|block| block.split_once("*/"));
    parts
        .filter_map(|(comment, rest)| {
            let end = rest.find([';', '{'])?;
            let text = rest[..end].split_whitespace().collect::<Vec<_>>().join(" ");
            let is_callable = text.ends_with(')') && !text.starts_with('#');
            is_callable.then_some(Declaration { comment, text })
        })
        .collect()
}

impl Declaration {
    /// Returns the name of a function.
    fn name(&self) -> &str {
        let end = self.text.find('(').unwrap_or(self.text.len());
        let name = self.text[..end].rsplit([' ', '*']).next();
        name.unwrap_or_default()
    }

    fn returns_nothing(&self) -> bool {
        let text = self.text.trim_start_matches("typedef ");
        text.starts_with("void ") && !text.starts_with("void *")
    }

    fn parameters(&self) -> Vec<&str> {
        let start = self.text.rfind('(').map_or(0, |at| at + 1);
        let list = self.text[start..].trim_end_matches(')');
        let names = list.split(',').filter(|one| *one != "void");
        names
            .filter_map(|one| one.rsplit([' ', '*']).next())
            .collect()
    }

    /// Returns the lines of the comment, without what makes it one.
    fn lines(&self) -> impl Iterator<Item = &'static str> {
        let lines = self.comment.lines().map(str::trim_start);
        lines.map(|line| line.trim_start_matches('*').trim_start())
    }
}

#[test]
fn every_function_and_callback_documents_its_arguments_and_what_it_returns() {
    let all = declarations();
    let (callbacks, functions): (Vec<_>, Vec<_>) = all
        .iter()
        .partition(|declaration| declaration.text.starts_with("typedef "));
    let mut found: Vec<_> = functions.iter().map(|function| function.name()).collect();
    found.sort_unstable();
    let exported: Vec<_> = include_str!("../symbols.txt").lines().collect();
    assert_eq!(
        found, exported,
        "ffi/symbols.txt: run UPDATE=1 cargo test -p qftp-ffi --test c_programs symbols"
    );
    assert_eq!(callbacks.len(), HEADER.matches("_cb)(").count());
    for declaration in &all {
        let documented: Vec<_> = declaration
            .lines()
            .filter_map(|line| line.strip_prefix("@param "))
            .filter_map(|line| line.split_whitespace().next())
            .collect();
        assert_eq!(documented, declaration.parameters(), "{}", declaration.text);
        let returns = declaration.lines().any(|line| line.starts_with("@return "));
        assert_eq!(
            returns,
            !declaration.returns_nothing(),
            "{}",
            declaration.text
        );
    }
}

/// A compiler, its options, and the end of a source's name.
#[cfg(unix)]
const COMPILERS: [(&str, &str, &str); 2] = [("cc", "-std=c99", "c"), ("c++", "-std=c++17", "cpp")];

#[cfg(unix)]
#[test]
fn the_header_stands_beside_unwind_h() {
    let folder = tempfile::tempdir().expect("a folder");
    let include = Path::new(env!("CARGO_MANIFEST_DIR")).join("../include");
    let orders = [["unwind.h", "qftp.h"], ["qftp.h", "unwind.h"]];
    for (compiler, standard, ending) in COMPILERS {
        for [first, second] in orders {
            let source = folder.path().join("both").with_extension(ending);
            let text = format!(
                "#include <{first}>\n#include <{second}>\nint main(void) {{ return (int)qftp_abi_version(); }}\n"
            );
            fs::write(&source, text).expect("written");
            let output = std::process::Command::new(compiler)
                .args([standard, "-Wall", "-Wextra", "-Werror", "-pedantic"])
                .arg("-fsyntax-only")
                .arg("-I")
                .arg(&include)
                .arg(&source)
                .output()
                .unwrap_or_else(|error| panic!("{compiler}: {error}: run `make setup`"));
            assert!(
                output.status.success(),
                "{compiler} with {first} before {second}: {}",
                String::from_utf8_lossy(&output.stderr)
            );
        }
    }
    assert!(!HEADER.contains("_Unwind"), "a name of <unwind.h>");
}
