//! Plays the plan of every dialect at the module engine, in memory and under a simulated clock: as its manual says every
//! case comes as printed, and with a quirk exactly the cases of `src/quirk_cases.txt` differ.
//!
//! `UPDATE=1 cargo test -p qftp-conformance` writes that file anew.

use std::fmt::Write as _;
use std::path::Path;

use qftp::dialect::{self, Dialect};
use qftp::module::Quirks;
use qftp_conformance::conversation::Conversation;
use qftp_conformance::conversation::play::{Ending, play};
use qftp_conformance::{plan, quirk};
use qftp_test::harness::Harness;

/// Returns how a conversation ends at a module with these quirks.
fn ending(dialect: &'static Dialect, quirks: Quirks, conversation: &Conversation) -> Ending {
    play(conversation, &mut Harness::with_quirks(dialect, quirks))
}

fn differs(dialect: &'static Dialect, quirks: Quirks, case: &plan::Case) -> bool {
    let mut endings = case
        .conversations
        .iter()
        .map(|one| ending(dialect, quirks, one));
    endings.any(|one| one != Ending::AsPrinted)
}

#[test]
fn every_case_comes_as_printed_where_the_module_follows_its_manual() {
    for dialect in dialect::ALL {
        for case in plan::cases(dialect) {
            for conversation in &case.conversations {
                let ending = ending(dialect, Quirks::MANUAL, conversation);
                assert_eq!(ending, Ending::AsPrinted, "{}", case.name);
            }
        }
    }
}

/// Returns a line for each quirk and case of a dialect that differs with it.
fn touched(dialect: &'static Dialect) -> String {
    let cases = plan::cases(dialect);
    let mut found = String::new();
    for (known, _) in quirk::signs(dialect) {
        let quirks = Quirks::MANUAL.with(known.quirk);
        for case in cases.iter().filter(|case| differs(dialect, quirks, case)) {
            writeln!(found, "{} {}", known.name, case.name).expect("a line");
        }
    }
    found
}

#[test]
fn with_each_quirk_exactly_the_cases_that_it_touches_differ() {
    let found: String = std::thread::scope(|scope| {
        let each = dialect::ALL.iter();
        let parts: Vec<_> = each
            .map(|dialect| scope.spawn(|| touched(dialect)))
            .collect();
        let ends = parts.into_iter().map(|part| part.join().expect("a part"));
        ends.collect()
    });
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("src/quirk_cases.txt");
    if std::env::var_os("UPDATE").is_some() {
        std::fs::write(&path, &found).expect("written");
        return;
    }
    let committed = std::fs::read_to_string(&path).expect("the file");
    assert!(
        committed == found,
        "src/quirk_cases.txt differs: run UPDATE=1 cargo test -p qftp-conformance"
    );
    for line in found.lines() {
        let (quirk, case) = line.split_once(' ').expect("two words");
        assert!(quirk::touching(case).contains(&quirk), "{line}");
    }
}

#[test]
fn the_signs_of_a_quirk_show_it_alone() {
    for dialect in dialect::ALL {
        let signs = quirk::signs(dialect);
        for (known, conversations) in &signs {
            assert!(!conversations.is_empty(), "{} {}", dialect.name, known.name);
            let with = Quirks::MANUAL.with(known.quirk);
            for one in conversations {
                assert_eq!(
                    ending(dialect, with, one),
                    Ending::AsPrinted,
                    "{}",
                    one.title
                );
                assert_ne!(
                    ending(dialect, Quirks::MANUAL, one),
                    Ending::AsPrinted,
                    "{}",
                    one.title
                );
            }
        }
    }
}
