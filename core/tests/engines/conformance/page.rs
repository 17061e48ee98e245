//! `docs/conformance.md`: the statements of each manual, section by section.

use std::fmt::Write as _;

use qftp_test::conformance::{Clause, Statement};

use super::evidence::{RULINGS, source};
use super::root;
use super::sections::{Manual, manuals};

const DOCUMENT: &str = "docs/conformance.md";

const HEAD: &str = "\
# Conformance

What the five manuals state about FTP, in our words, and what shows that both ends do it. A test writes this page:
`UPDATE=1 cargo test -p qftp --test engines conformance`. It plays every example at the ends that the statement is
about, cut at every byte. It fails if one does not hold, if a test named here does not exist, or if a section of a manual
has no statement.

- A **statement** is named by manual, section and a word. What several manuals state stands once, with the newest of
  them, and names the others' clauses; the table at the head of each manual says where.
- The **end** is `module` (the emulator answers so), `host` (the library types or understands it so), or `both`.
- **Shown by** names an example (the conversation that stands beside the statement), another conversation, or a test.
- The **result** is *passed*, or *ruled* where the manual is open, ambiguous or printed wrong: the link leads to the
  decision, and what shows the statement follows it.

";

/// Compares the document with the statements, or writes it anew.
pub(super) fn compare(statements: &[Statement]) {
    let manuals = manuals();
    let mut text = HEAD.to_owned();
    text.push_str(&counts(statements, &manuals));
    for manual in &manuals {
        text.push_str(&of_manual(statements, &manuals, manual));
    }
    let path = root().join(DOCUMENT);
    if std::env::var_os("UPDATE").is_some() {
        std::fs::write(&path, &text).expect("a document");
    }
    let written = std::fs::read_to_string(&path).unwrap_or_default();
    assert!(
        written == text,
        "{DOCUMENT} is not what the tests say: UPDATE=1 writes it anew"
    );
}

/// Writes how many statements each manual makes, and about which end.
fn counts(statements: &[Statement], manuals: &[Manual]) -> String {
    let mut text = String::from(
        "| manual | modules | statements | of the module | of the host | passed | ruled |\n\
         | --- | --- | --- | --- | --- | --- | --- |\n",
    );
    let mut row = |name: &str, modules: &str, made: &[&Statement]| {
        let count = |wanted: fn(&Statement) -> bool| made.iter().filter(|one| wanted(one)).count();
        writeln!(
            text,
            "| {name} | {modules} | {} | {} | {} | {} | {} |",
            made.len(),
            count(|one| one.end.has_module()),
            count(|one| one.end.has_host()),
            count(|one| one.rulings.is_empty()),
            count(|one| !one.rulings.is_empty()),
        )
        .expect("a row");
    };
    for manual in manuals {
        let link = format!("[{}](#{})", manual.number, anchor(&heading(manual)));
        let made: Vec<_> = statements
            .iter()
            .filter(|one| {
                one.clauses
                    .iter()
                    .any(|clause| clause.manual == manual.number)
            })
            .collect();
        row(&link, &manual.title, &made);
    }
    let all: Vec<_> = statements.iter().collect();
    row("all", "each statement once", &all);
    text
}

fn heading(manual: &Manual) -> String {
    format!("{}: {}", manual.number, manual.title)
}

/// Writes what one manual states: where each section is covered, and the statements that stand here.
fn of_manual(statements: &[Statement], manuals: &[Manual], manual: &Manual) -> String {
    let mut text = format!(
        "\n## {}\n\n| § | title | statements | ruled | where |\n| --- | --- | --- | --- | --- |\n",
        heading(manual)
    );
    let mut tables = String::new();
    for (section, title) in &manual.sections {
        let here = Clause {
            manual: manual.number.clone(),
            section: section.clone(),
        };
        let made: Vec<_> = statements
            .iter()
            .filter(|one| one.clauses.contains(&here))
            .collect();
        if made.is_empty() {
            continue;
        }
        let ruled = made.iter().filter(|one| !one.rulings.is_empty()).count();
        let places = places(&made, manuals).join(", ");
        let count = made.len();
        writeln!(
            text,
            "| {section} | {title} | {count} | {ruled} | {places} |"
        )
        .expect("a row");
        let at_home: Vec<_> = made.iter().filter(|one| one.clauses[0] == here).collect();
        if at_home.is_empty() {
            continue;
        }
        let title = section_heading(manuals, &here);
        write!(
            tables,
            "\n### {title}\n\n\
             | name | statement | also in | dialects | end | shown by | result |\n\
             | --- | --- | --- | --- | --- | --- | --- |\n"
        )
        .expect("a heading");
        tables.extend(at_home.iter().map(|one| row(one)));
    }
    text + &tables
}

/// Returns links to the sections with which statements stand.
fn places(made: &[&Statement], manuals: &[Manual]) -> Vec<String> {
    let mut places: Vec<String> = Vec::new();
    for statement in made {
        let home = &statement.clauses[0];
        let anchor = anchor(&section_heading(manuals, home));
        let place = format!("[{home}](#{anchor})");
        if !places.contains(&place) {
            places.push(place);
        }
    }
    places
}

fn section_heading(manuals: &[Manual], clause: &Clause) -> String {
    let manual = manuals.iter().find(|one| one.number == clause.manual);
    let mut sections = manual.into_iter().flat_map(|one| &one.sections);
    let section = sections.find(|(number, _)| *number == clause.section);
    let title = section.map_or("", |(_, title)| title);
    format!("{clause} {title}")
}

fn row(statement: &Statement) -> String {
    let dialects = statement.dialects();
    let dialects: Vec<_> = dialects.iter().map(|dialect| dialect.name).collect();
    let others = statement.clauses[1..].iter().map(ToString::to_string);
    let others: Vec<_> = others.collect();
    format!(
        "| `{}` | {} | {} | {} | {} | {} | {} |\n",
        statement.id,
        statement.says.replace('|', "\\|"),
        others.join(", "),
        dialects.join(", "),
        statement.end.as_str(),
        shown_by(statement).join(", "),
        result(statement),
    )
}

/// Returns links to what shows a statement.
fn shown_by(statement: &Statement) -> Vec<String> {
    let example = statement.example.iter();
    let example = example.map(|_| {
        link(
            "example",
            &format!("core/tests/conformance/{}", statement.file),
        )
    });
    let conversations = statement.conversations.iter().map(|name| {
        let (file, _) = name.split_once(": ").unwrap_or((name, ""));
        link(name, &format!("core/tests/conversations/{file}"))
    });
    let tests = statement.tests.iter().map(|test| {
        let file = source(test).unwrap_or_default();
        link(&format!("`{test}`"), &file.display().to_string())
    });
    example.chain(conversations).chain(tests).collect()
}

fn link(text: &str, path: &str) -> String {
    format!("[{text}](../{path})")
}

fn result(statement: &Statement) -> String {
    let page = RULINGS.trim_start_matches("docs/");
    let link = |(heading, _): &(String, Option<String>)| {
        let anchor = anchor(heading);
        format!("[ruled: {heading}]({page}#{anchor})")
    };
    let mut links: Vec<_> = statement.rulings.iter().map(link).collect();
    links.dedup();
    if links.is_empty() {
        return "passed".to_owned();
    }
    links.join(", ")
}

/// Returns the anchor of a heading, as it is made from its text.
fn anchor(heading: &str) -> String {
    heading
        .chars()
        .filter_map(|letter| match letter {
            ' ' => Some('-'),
            '-' | '_' => Some(letter),
            _ => letter
                .is_alphanumeric()
                .then(|| letter.to_ascii_lowercase()),
        })
        .collect()
}

#[test]
fn anchors_are_those_of_a_page_on_the_web() {
    for (heading, expected) in [
        ("The order of things", "the-order-of-things"),
        ("003 §3.8 +FTPGET & +FTP_RECV", "003-38-ftpget--ftp_recv"),
    ] {
        assert_eq!(anchor(heading), expected);
    }
}
