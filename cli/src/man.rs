//! `qftp man`: writes the manual pages, from the description of the command line and from the tables.
//!
//! `qftp.1` and a page for each command come from the same source as the help; `qftp-dialects.7` and `qftp-errors.7` are
//! the tables of dialects and errors.

use std::fs;
use std::io;
use std::path::PathBuf;

use clap_mangen::Man;
use clap_mangen::roff::{Roff, bold, roman};
use qftp::client::{Task, support};
use qftp::{ErrorKind, codes, dialect};

use crate::exit;
use crate::problem::Problem;

const EXAMPLES: &str = "\
Examples:
  qftp man ./man                     qftp.1 and the others into ./man
  man ./man/qftp-put.1

`make install` puts them where man looks for them.";

/// Holds the arguments of `qftp man`.
#[derive(clap::Args)]
#[command(after_help = EXAMPLES)]
pub(crate) struct Arguments {
    /// Folder to write to; it is made if it is missing
    #[arg(value_name = "DIR")]
    dir: PathBuf,
}

/// Writes the pages of `description`, the whole command line.
pub(crate) fn run(arguments: &Arguments, description: clap::Command) -> Result<(), Problem> {
    let dir = &arguments.dir;
    fs::create_dir_all(dir).map_err(|error| Problem::write(dir, &error))?;
    for (name, page) in pages(description)? {
        let path = dir.join(name);
        fs::write(&path, page).map_err(|error| Problem::write(&path, &error))?;
    }
    Ok(())
}

/// Returns each page by its name.
fn pages(mut description: clap::Command) -> io::Result<Vec<(String, Vec<u8>)>> {
    description.build();
    let mut pages = vec![
        ("qftp-dialects.7".to_owned(), dialects()?),
        ("qftp-errors.7".to_owned(), errors()?),
    ];
    add_commands(&mut pages, description)?;
    Ok(pages)
}

/// Adds the page of a command and those of the commands below it.
fn add_commands(pages: &mut Vec<(String, Vec<u8>)>, command: clap::Command) -> io::Result<()> {
    let name = command
        .get_display_name()
        .unwrap_or(command.get_name())
        .to_owned();
    for below in command
        .get_subcommands()
        .filter(|below| below.get_name() != "help")
    {
        add_commands(pages, below.clone())?;
    }
    let mut page = Vec::new();
    Man::new(command.name(name.clone())).render(&mut page)?;
    pages.push((format!("{name}.1"), page));
    Ok(())
}

/// Begins a page of section 7.
fn page(name: &str, about: &str) -> Roff {
    let mut roff = Roff::new();
    roff.control(
        "TH",
        [name, "7", "", concat!("qftp ", env!("CARGO_PKG_VERSION"))],
    )
    .control("SH", ["NAME"])
    .text([roman(format!("{name} - {about}"))]);
    roff
}

/// Adds an entry: a term, and what is said of it.
fn entry(roff: &mut Roff, term: &str, text: &str) {
    roff.control("TP", [])
        .text([bold(term)])
        .text([roman(text)]);
}

fn finished(roff: &Roff) -> io::Result<Vec<u8>> {
    let mut page = Vec::new();
    roff.to_writer(&mut page)?;
    Ok(page)
}

fn dialects() -> io::Result<Vec<u8>> {
    let mut roff = page(
        "qftp-dialects",
        "the AT dialects of modules, and what each supports",
    );
    roff.control("SH", ["DIALECTS"]);
    for dialect in dialect::ALL {
        entry(&mut roff, dialect.name, &format!("{}.", dialect.modules));
    }
    roff.control("SH", ["OPERATIONS"]).text([roman(
        "native: by a command of its own; composed: of other commands, with the same result; missing: not at all.",
    )]);
    for task in Task::all() {
        let each = dialect::ALL.iter().map(|dialect| {
            format!(
                "{} {}",
                dialect.name,
                format!("{:?}", support(dialect, task)).to_lowercase()
            )
        });
        entry(
            &mut roff,
            task.name(),
            &format!("{}.", each.collect::<Vec<_>>().join(", ")),
        );
    }
    roff.control("SH", ["SEE ALSO"])
        .text([roman("qftp(1), qftp-errors(7)")]);
    finished(&roff)
}

fn errors() -> io::Result<Vec<u8>> {
    let mut roff = page(
        "qftp-errors",
        "errors of modules, kinds of errors, exit codes of qftp",
    );
    roff.control("SH", ["EXIT CODES"]);
    for row in exit::TABLE {
        let text = format!("{}: {}.", row.kind, row.meaning);
        entry(&mut roff, &(row.exit as u8).to_string(), &text);
    }
    roff.control("SH", ["ERRORS OF THE FTP SERVICE"]);
    for code in codes::FTP {
        let hint = if code.hint.is_empty() {
            String::new()
        } else {
            format!(" Try: {}.", code.hint)
        };
        let text = format!("{}: {}.{hint}", code.name, code.meaning);
        entry(&mut roff, &code.number.to_string(), &text);
    }
    roff.control("SH", ["KINDS"]);
    for kind in ErrorKind::ALL {
        entry(&mut roff, kind.name(), kind.meaning());
    }
    roff.control("SH", ["SEE ALSO"])
        .text([roman("qftp(1), qftp-explain(1), qftp-dialects(7)")]);
    finished(&roff)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_command_and_every_table_has_a_page() {
        let description = crate::args::description();
        let pages = pages(description.clone()).expect("pages");
        for name in description.get_subcommands().map(clap::Command::get_name) {
            let page = format!("qftp-{name}.1");
            assert!(pages.iter().any(|(known, _)| *known == page), "{page}");
        }
        let text = |name: &str| {
            let page = pages.iter().find(|(known, _)| known == name);
            String::from_utf8(page.expect(name).1.clone()).expect("text")
        };
        assert!(text("qftp.1").contains("qftp\\-put(1)"));
        assert!(text("qftp-put.1").contains("\\-\\-append"));
        assert!(!text("qftp-ports.1").contains("insecure"));
        assert!(text("qftp-errors.7").contains("file\\-unavailable"));
        assert!(text("qftp-dialects.7").contains("nl668"));
        for (name, page) in &pages {
            assert!(name.ends_with(".1") || name.ends_with(".7"), "{name}");
            assert!(String::from_utf8_lossy(page).contains(".TH "), "{name}");
        }
    }
}
