//! The sections of the manuals, from docs/spec/manuals.md, and those that state nothing a test could show.

use qftp_test::conformance::Clause;

/// Sections that describe no behaviour: references, abbreviations, what the document is for.
const SILENT: &[(&str, &str)] = &[
    ("000", "6"),
    ("001", "0"),
    ("001", "1.1"),
    ("001", "1.2"),
    ("001", "2.1"),
    ("002", "7"),
    ("003", "1.1"),
    ("004", "7"),
];

/// The table of contents of one manual.
#[derive(Debug)]
pub(super) struct Manual {
    /// `002`.
    pub(super) number: String,
    /// `Quectel EC2x, EG9x, EG2x-G and EM05`.
    pub(super) title: String,
    /// Numbers and titles, in order.
    pub(super) sections: Vec<(String, String)>,
}

impl Manual {
    /// Returns the sections that no other one is a part of.
    pub(super) fn leaves(&self) -> impl Iterator<Item = (&str, &str)> {
        let is_leaf = |section: &str| {
            let begin = format!("{section}.");
            !self
                .sections
                .iter()
                .any(|(other, _)| other.starts_with(&begin))
        };
        let leaves = self
            .sections
            .iter()
            .filter(move |(number, _)| is_leaf(number));
        leaves.map(|(number, title)| (number.as_str(), title.as_str()))
    }
}

/// Reads the tables of contents.
pub(super) fn manuals() -> Vec<Manual> {
    let path = super::root().join("docs/spec/manuals.md");
    let text = std::fs::read_to_string(path).expect("the tables of contents");
    let row = |line: &str| {
        let mut cells = line
            .strip_prefix("| ")?
            .trim_end_matches(" |")
            .splitn(2, " | ");
        let (number, title) = (cells.next()?, cells.next()?);
        let is_number = number.starts_with(|letter: char| letter.is_ascii_digit());
        is_number.then(|| (number.to_owned(), title.to_owned()))
    };
    text.split("\n## ")
        .skip(1)
        .filter_map(|part| {
            let (number, title) = part.lines().next()?.split_once(": ")?;
            Some(Manual {
                number: number.to_owned(),
                title: title.to_owned(),
                sections: part.lines().filter_map(row).collect(),
            })
        })
        .collect()
}

/// Returns whether a clause is in its manual.
pub(super) fn has(manuals: &[Manual], clause: &Clause) -> bool {
    let of_clause = |manual: &&Manual| manual.number == clause.manual;
    manuals.iter().find(of_clause).is_some_and(|manual| {
        let mut sections = manual.sections.iter();
        sections.any(|(number, _)| *number == clause.section)
    })
}

/// Returns whether a section states nothing that a test could show.
pub(super) fn states_nothing(manual: &str, section: &str) -> bool {
    SILENT.contains(&(manual, section))
}
