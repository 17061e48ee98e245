//! The committed headers are those that the sources give; they document every argument, and other headers stand beside
//! them. `UPDATE=1 cargo test -p qftp-ffi --test header` rewrites them.

use std::fs;
use std::path::Path;

/// A header, the crate that it is made from, and the functions of the library.
struct Header {
    name: &'static str,
    text: &'static str,
    package: &'static str,
    symbols: &'static str,
}

const HEADERS: [Header; 2] = [
    Header {
        name: "qftp.h",
        text: include_str!("../../include/qftp.h"),
        package: "",
        symbols: include_str!("../symbols.txt"),
    },
    Header {
        name: "qftp_emulator.h",
        text: include_str!("../../include/qftp_emulator.h"),
        package: "emulator",
        symbols: include_str!("../emulator/symbols.txt"),
    },
];

#[test]
fn the_headers_are_up_to_date() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR"));
    for header in &HEADERS {
        let name = header.name;
        let mut made = Vec::new();
        cbindgen::generate(folder.join(header.package))
            .expect("the sources are readable")
            .write(&mut made);
        let made = String::from_utf8(made).expect("the header is UTF-8");
        let path = folder.join("../include").join(name);
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
            "include/{name} is not what the sources say, first at {differs:?}: run UPDATE=1 cargo test -p qftp-ffi --test header"
        );
    }
}

/// A function or callback of the header, and the comment before it.
struct Declaration {
    comment: &'static str,
    text: String,
}

/// Returns the functions and callbacks of a header.
fn declarations(header: &'static str) -> Vec<Declaration> {
    let (_, body) = header.split_once("#include ").expect("a body");
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
    for header in &HEADERS {
        let all = declarations(header.text);
        let (callbacks, functions): (Vec<_>, Vec<_>) = all
            .iter()
            .partition(|declaration| declaration.text.starts_with("typedef "));
        let mut found: Vec<_> = functions.iter().map(|function| function.name()).collect();
        found.sort_unstable();
        let exported: Vec<_> = header.symbols.lines().collect();
        assert_eq!(
            found, exported,
            "{}: run UPDATE=1 cargo test -p qftp-ffi --test c_programs symbols",
            header.name
        );
        assert_eq!(callbacks.len(), header.text.matches("_cb)(").count());
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
}

/// A compiler, its options, and the end of a source's name.
#[cfg(unix)]
const COMPILERS: [(&str, &str, &str); 2] = [("cc", "-std=c99", "c"), ("c++", "-std=c++17", "cpp")];

#[cfg(unix)]
#[test]
fn the_headers_stand_beside_unwind_h() {
    let folder = tempfile::tempdir().expect("a folder");
    let include = Path::new(env!("CARGO_MANIFEST_DIR")).join("../include");
    let orders = [
        ["unwind.h", "qftp_emulator.h"],
        ["qftp_emulator.h", "unwind.h"],
        ["qftp_emulator.h", "qftp.h"],
    ];
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
    for header in &HEADERS {
        assert!(!header.text.contains("_Unwind"), "{}", header.name);
    }
}
