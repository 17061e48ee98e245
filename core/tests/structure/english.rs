//! Holds the comments of the sources to plain English: a doc comment is a statement of two words or more, the doc
//! comment of a function begins with a verb, and the private words of earlier versions do not return.

use std::fs;

use syn::visit::{self, Visit};
use syn::{Attribute, Expr, Lit, Meta};

use crate::imports::rust_files;
use crate::repository;

/// The folders with prose, below the repository.
const SOURCES: [&str; 9] = [
    "core/src",
    "ffi/src",
    "ffi/shared/src",
    "ffi/engine/src",
    "ffi/emulator/src",
    "ffi/core/src",
    "cli/src",
    "python/src",
    "crates",
];

/// Words that open a question or a clause, not a statement.
const OPENINGS: [&str; 9] = [
    "What", "Which", "Who", "Whose", "Whether", "How", "When", "Where", "Why",
];

/// Words and phrases with a plain counterpart.
const AVOIDED: &str = "nobody|somebody|anybody|whoever|befall|befalls|in step|out of step|departure|departures|happening|happenings|\
     misfit|misfits|misuse|soft module|software module";

/// Words in -s that begin a doc comment in place of a verb.
const NO_VERBS: [&str; 10] = [
    "Always", "As", "Bytes", "Digits", "Fields", "Its", "Ports", "Refusals", "This", "Those",
];

/// Fails for every comment that breaks a rule; `check` returns the breaches in one file, with their lines.
fn assert_no_breach(check: impl Fn(&str) -> Vec<(usize, String)>) {
    let mut found = Vec::new();
    for folder in SOURCES {
        for path in rust_files(&repository().join(folder)) {
            let text = fs::read_to_string(&path).expect("a source file");
            let place = path.strip_prefix(repository()).expect("it is below");
            found.extend(
                check(&text)
                    .into_iter()
                    .map(|(line, what)| format!("{}:{line}: {what}", place.display())),
            );
        }
    }
    let count = found.len();
    assert!(found.is_empty(), "{count} places:\n{}", found.join("\n"));
}

#[test]
fn doc_comments_are_statements() {
    assert_no_breach(|text| {
        let lines: Vec<&str> = text.lines().map(str::trim_start).collect();
        let doc = |index: usize| {
            let line = lines.get(index)?;
            line.strip_prefix("///").or(line.strip_prefix("//!"))
        };
        let starts = (0..lines.len()).filter(|&index| index == 0 || doc(index - 1).is_none());
        let breaches = starts.filter_map(|start| {
            let words: Vec<&str> = doc(start)?.split_whitespace().collect();
            let first = words
                .first()?
                .trim_end_matches(|end: char| !end.is_alphabetic());
            let alone = words.len() == 1 && doc(start + 1).is_none();
            (alone || OPENINGS.contains(&first)).then(|| (start + 1, lines[start].to_owned()))
        });
        breaches.collect()
    });
}

#[test]
fn comments_and_texts_avoid_private_words() {
    assert_no_breach(|text| {
        let tests = text.find("\n#[cfg(test)]\nmod tests").unwrap_or(text.len());
        let code = text[..tests].lines().count();
        let breaches = (1..).zip(text.lines()).filter_map(|(number, line)| {
            // The code of unit tests may use any word; their comments may not.
            let comment = line.split_once("//").map_or("", |(_, comment)| comment);
            let prose = if number <= code { line } else { comment };
            let lower = prose.replace("User nobody", "").to_lowercase(); // an account of Unix
            let words: Vec<&str> = lower
                .split(|between: char| !between.is_alphanumeric() && between != '_')
                .filter(|word| !word.is_empty())
                .collect();
            let spaced = format!(" {} ", words.join(" "));
            let avoided = AVOIDED
                .split('|')
                .find(|avoided| spaced.contains(&format!(" {avoided} ")));
            avoided.map(|avoided| (number, format!("\"{avoided}\" in {}", line.trim())))
        });
        breaches.collect()
    });
}

#[test]
fn doc_comments_of_functions_begin_with_a_verb() {
    assert_no_breach(|text| {
        let mut functions = Functions(Vec::new());
        functions.visit_file(&syn::parse_file(text).expect("Rust"));
        let breaches = functions.0.into_iter().filter_map(|doc| {
            let first = doc.split_whitespace().next()?;
            let verb = first.ends_with('s')
                && first.starts_with(|letter: char| letter.is_ascii_uppercase())
                && !NO_VERBS.contains(&first);
            let line = text.lines().position(|line| line.ends_with(&doc));
            (!verb).then(|| (line.map_or(0, |line| line + 1), doc.trim().to_owned()))
        });
        breaches.collect()
    });
}

/// The first line of each function's doc comment.
struct Functions(Vec<String>);

impl<'ast> Visit<'ast> for Functions {
    fn visit_item_fn(&mut self, function: &'ast syn::ItemFn) {
        self.0.extend(first_doc_line(&function.attrs));
        visit::visit_item_fn(self, function);
    }

    fn visit_impl_item_fn(&mut self, function: &'ast syn::ImplItemFn) {
        self.0.extend(first_doc_line(&function.attrs));
        visit::visit_impl_item_fn(self, function);
    }

    fn visit_trait_item_fn(&mut self, function: &'ast syn::TraitItemFn) {
        self.0.extend(first_doc_line(&function.attrs));
        visit::visit_trait_item_fn(self, function);
    }
}

fn first_doc_line(attributes: &[Attribute]) -> Option<String> {
    attributes
        .iter()
        .find_map(|attribute| match &attribute.meta {
            Meta::NameValue(doc) if doc.path.is_ident("doc") => match &doc.value {
                Expr::Lit(text) => match &text.lit {
                    Lit::Str(text) => Some(text.value()),
                    _ => None,
                },
                _ => None,
            },
            _ => None,
        })
}
