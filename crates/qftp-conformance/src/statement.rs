//! Statements of the manuals that can be tested, as data: `core/tests/conformance`.
//!
//! A statement stands in a conversation whose title is its identifier. Lines that begin with `:` say what it is about;
//! `core/tests/FORMAT.md` describes them. [`statements`] reads them all.

use std::fmt;

use qftp::dialect::{self, Dialect, Family};

use crate::conversation::notation::{self, Line, Mark, Script};
use crate::conversation::parse::conversation;
use crate::conversation::{Conversation, folder};

/// Holds one statement, and what shows that it holds.
#[derive(Clone, Debug)]
pub struct Statement {
    /// Names it for good: manual, section and a word, `002/2.6/empty`.
    pub id: String,
    /// Is its file, below `core/tests/conformance`.
    pub file: String,
    /// Says it in one plain sentence.
    pub says: String,
    /// Lists the places in the manuals that make it.
    pub clauses: Vec<Clause>,
    /// Names the end of the line that it is about.
    pub end: End,
    /// Lists the rulings of `docs/spec/dialects.md` that it follows: a heading, and words of the place below it.
    pub rulings: Vec<(String, Option<String>)>,
    /// Lists the tests that show it, `engines::module_urcs::a_name`.
    pub tests: Vec<String>,
    /// Lists the conversations that show it, `ec2x/get.txt: to the line`.
    pub conversations: Vec<String>,
    /// Shows it here.
    pub example: Option<Conversation>,
}

/// Names a section of a manual, `002 §2.6`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Clause {
    /// Is the number of the manual, `002`.
    pub manual: String,
    /// Is the number of the section, `2.6`.
    pub section: String,
}

impl fmt::Display for Clause {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} §{}", self.manual, self.section)
    }
}

/// Names the end of the line that a statement is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum End {
    /// The module says it so.
    Module,
    /// The host understands it so, or types it so.
    Host,
    /// Both do.
    Both,
}

impl End {
    /// Returns whether the module end has to do it.
    pub fn has_module(self) -> bool {
        self != End::Host
    }

    /// Returns whether the host end has to do it.
    pub fn has_host(self) -> bool {
        self != End::Module
    }

    /// Returns the word of the files.
    pub fn as_str(self) -> &'static str {
        match self {
            End::Module => "module",
            End::Host => "host",
            End::Both => "both",
        }
    }
}

impl Statement {
    /// Returns the dialects of its manuals.
    pub fn dialects(&self) -> Vec<&'static Dialect> {
        let of_manual = |dialect: &&Dialect| {
            let mut manuals = self.clauses.iter().map(|clause| &clause.manual);
            manuals.any(|manual| manual == dialect.manual)
        };
        dialect::ALL.iter().copied().filter(of_manual).collect()
    }

    /// Returns the conversations that show it, each with the dialect to play it in.
    pub fn conversations(&self) -> Vec<(&'static Dialect, Conversation)> {
        let dialects = self.dialects();
        let example = self.example.iter();
        let mut found: Vec<_> = example
            .flat_map(|example| dialects.iter().map(|dialect| (*dialect, example.clone())))
            .collect();
        for name in &self.conversations {
            let Some((place, conversation)) = named(name) else {
                continue;
            };
            let is_home = |dialect: &Dialect| {
                let shared = place == SHARED && dialect.family == Family::Lte;
                shared || dialect.name == place
            };
            let at_home = dialects.iter().filter(|dialect| is_home(dialect));
            found.extend(at_home.map(|dialect| (*dialect, conversation.clone())));
        }
        found
    }

    /// Returns whether something shows it.
    pub fn has_evidence(&self) -> bool {
        self.example.is_some() || !self.tests.is_empty() || !self.conversations.is_empty()
    }
}

/// The folder of conversations that all LTE dialects have.
const SHARED: &str = "module";

/// Finds a conversation by its name, `ec2x/get.txt: to the line`, and the folder that has it.
pub fn named(name: &str) -> Option<(String, Conversation)> {
    let (place, _) = name.split_once('/')?;
    let known = place == SHARED || dialect::by_name(place).is_some();
    let all: &[Conversation] = if known { folder(place) } else { &[] };
    let conversation = all.iter().find(|one| one.title == name)?;
    Some((place.to_owned(), conversation.clone()))
}

/// Reads every statement, file by file. Panics, with the line, at what makes no sense: the files are a part of this
/// crate, and its tests read them all.
pub fn statements() -> Vec<Statement> {
    let files = crate::files::STATEMENTS.iter();
    files
        .flat_map(|(name, text)| {
            let scripts = notation::read(name, text);
            scripts
                .into_iter()
                .map(|script| statement(name, &script))
                .collect::<Vec<_>>()
        })
        .collect()
}

fn statement(file: &str, script: &Script) -> Statement {
    let (about, example): (Vec<Line>, Vec<Line>) = script
        .lines
        .iter()
        .cloned()
        .partition(|line| line.mark == Mark::About);
    let all = |key: &str| -> Vec<&str> {
        let pairs = about.iter().filter_map(|line| line.text.split_once(' '));
        let of_key = pairs.filter(|(known, _)| *known == key);
        of_key.map(|(_, value)| value).collect()
    };
    let one = |key: &str| match all(key)[..] {
        [value] => value,
        _ => panic!("{file}: {}: one line `: {key}`", script.title),
    };
    let known = ["says", "clause", "end", "ruled", "test", "conversation"];
    for line in &about {
        let key = line.text.split(' ').next().unwrap_or_default();
        assert!(known.contains(&key), "{file}:{}: {key}", line.number);
    }
    let owned = |key: &str| all(key).into_iter().map(str::to_owned).collect();
    let example = Script {
        title: script.title.clone(),
        lines: example,
    };
    Statement {
        id: script.title.clone(),
        file: file.to_owned(),
        says: one("says").to_owned(),
        clauses: one("clause").split(", ").map(clause).collect(),
        end: end(one("end")),
        rulings: all("ruled").into_iter().map(ruling).collect(),
        tests: owned("test"),
        conversations: owned("conversation"),
        example: (!example.lines.is_empty()).then(|| conversation(file, &example)),
    }
}

fn clause(text: &str) -> Clause {
    let (manual, section) = text
        .split_once(" §")
        .unwrap_or_else(|| panic!("no clause: {text}"));
    Clause {
        manual: manual.to_owned(),
        section: section.to_owned(),
    }
}

fn end(text: &str) -> End {
    let ends = [End::Module, End::Host, End::Both];
    let known = ends.into_iter().find(|end| end.as_str() == text);
    known.unwrap_or_else(|| panic!("no end of a line: {text}"))
}

fn ruling(text: &str) -> (String, Option<String>) {
    match text.split_once(": ") {
        Some((heading, words)) => (heading.to_owned(), Some(words.to_owned())),
        None => (text.to_owned(), None),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parse(text: &str) -> Statement {
        statement("a.txt", &notation::read("a.txt", text)[0])
    }

    const WHOLE: &str = "## 002/2.8/answer\n: says It is deleted.\n: clause 002 §2.8, 000 §2.8\n: end both\n\
        : ruled Errors: Limits\n: ruled Data mode\n: test lib::codes::tests::a\n: conversation ec2x/a.txt: b: c\n\
        = login\n> AT+QFTPDEL=\"a\"\n< OK\n";

    #[test]
    fn a_statement_is_read_with_all_that_belongs_to_it() {
        let read = parse(WHOLE);
        assert_eq!(
            (read.id.as_str(), read.says.as_str(), read.end),
            ("002/2.8/answer", "It is deleted.", End::Both)
        );
        let clauses: Vec<String> = read.clauses.iter().map(ToString::to_string).collect();
        assert_eq!(clauses, ["002 §2.8", "000 §2.8"]);
        let names: Vec<&str> = read.dialects().iter().map(|one| one.name).collect();
        assert_eq!(names, ["ec20", "ec2x"]);
        let limits = ("Errors".to_owned(), Some("Limits".to_owned()));
        assert_eq!(read.rulings, [limits, ("Data mode".to_owned(), None)]);
        assert_eq!(read.tests, ["lib::codes::tests::a"]);
        assert_eq!(read.conversations, ["ec2x/a.txt: b: c"]);
        let example = read.example.as_ref().expect("an example");
        assert_eq!((example.scene.len(), example.steps.len()), (1, 2));
        assert!(read.has_evidence());
    }

    #[test]
    fn a_statement_may_have_nothing_that_shows_it() {
        let read = parse("## 002/2.8/x\n: says X.\n: clause 002 §2.8\n: end host\n");
        assert!(!read.has_evidence() && read.example.is_none());
        assert!(read.end.has_host() && !read.end.has_module());
    }

    #[test]
    #[should_panic(expected = "a.txt: 002/2.8/x: one line `: says`")]
    fn a_statement_says_one_thing() {
        parse("## 002/2.8/x\n: says X.\n: says Y.\n: clause 002 §2.8\n: end host\n");
    }

    #[test]
    #[should_panic(expected = "a.txt:2: sais")]
    fn an_unknown_key_is_named_with_its_line() {
        parse("## 002/2.8/x\n: sais X.\n: says X.\n: clause 002 §2.8\n: end host\n");
    }
}
