//! `qftp explain`: says what the numbers mean that a module prints, from the tables, without a module.

use std::fmt::Write as _;

use qftp::codes::{self, Explanation, ModuleCode, NumberPlace};
use qftp::dialect::{Dialect, ErrorReport};
use serde_json::{Value, json};

use crate::app::App;
use crate::console;
use crate::exit::Exit;
use crate::problem::Problem;

const EXAMPLES: &str = "\
Examples:
  qftp explain 627,550                     an error and the server's reply
  qftp explain -7                          an error of a GSM module
  qftp explain '+CME ERROR: 13'            a line as it was printed
  qftp --dialect nl668 explain 30          what it means on this module alone";

/// Holds the arguments of `qftp explain`.
#[derive(clap::Args)]
#[command(after_help = EXAMPLES)]
pub(crate) struct Arguments {
    /// Numbers, or whole lines of a module
    #[arg(required = true, value_name = "NUMBER", allow_negative_numbers = true)]
    numbers: Vec<String>,
}

/// A number, and the place that it stands at if the line tells it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Asked {
    number: i32,
    place: Option<NumberPlace>,
}

/// Returns the meanings of the numbers in a text, for people.
pub(crate) fn text(app: &App, numbers_in: &str) -> Result<String, Problem> {
    let dialect = app.global.dialect()?;
    let asked = numbers(numbers_in);
    let found = asked.iter().flat_map(|asked| meanings(*asked, dialect));
    let text: String = found.map(|one| paragraph(&one)).collect();
    if text.is_empty() {
        return Err(Problem::usage(format!(
            "{numbers_in}: give a number of a manual, such as 627 or -7"
        )));
    }
    Ok(text)
}

pub(crate) fn run(app: &App, arguments: &Arguments) -> Result<(), Problem> {
    let dialect = app.global.dialect()?;
    let mut explanations = Vec::new();
    let mut unknown = Vec::new();
    for text in &arguments.numbers {
        let asked = numbers(text);
        if asked.is_empty() {
            return Err(Problem::usage(format!(
                "{text}: give a number, such as 627 or -7"
            )));
        }
        for asked in asked {
            let found = meanings(asked, dialect);
            if found.is_empty() {
                unknown.push(asked.number.to_string());
            }
            explanations.extend(found);
        }
    }
    print(app, &explanations)?;
    if unknown.is_empty() {
        return Ok(());
    }
    let whose = dialect.map_or("a manual".into(), |dialect| {
        format!("the manual of {}", dialect.name)
    });
    Err(Problem::new(
        Exit::Failed,
        format!("{}: not in {whose}", unknown.join(", ")),
    ))
}

/// Returns the numbers of a line. Behind the error of an FTP command stands the server's reply, 0 for none.
fn numbers(line: &str) -> Vec<Asked> {
    let place = [
        ("+CME ERROR", NumberPlace::CmeError),
        ("+CMS ERROR", NumberPlace::CmsError),
    ];
    let place = place.iter().find(|(name, _)| line.contains(name));
    let fields = line.rsplit_once(':').map_or(line, |(_, fields)| fields);
    let mut asked: Vec<Asked> = Vec::new();
    for field in fields.split([',', ' ', ';']) {
        let Ok(number) = field.trim().parse() else {
            continue;
        };
        let behind_error = asked
            .last()
            .is_some_and(|before| (601..=631).contains(&before.number));
        if behind_error && number == 0 {
            continue;
        }
        let reply = behind_error.then_some(NumberPlace::FtpReply);
        asked.push(Asked {
            number,
            place: place.map(|(_, place)| *place).or(reply),
        });
    }
    asked
}

/// Returns the meanings of a number, those alone that the dialect prints.
fn meanings(asked: Asked, dialect: Option<&Dialect>) -> Vec<Explanation> {
    let mut found = codes::explain(asked.number);
    if let Some(place) = asked.place {
        // An error of an FTP command comes as +CME ERROR too.
        let in_ftp = |one: &Explanation| {
            place == NumberPlace::CmeError && one.place == NumberPlace::FtpError
        };
        found.retain(|one| one.place == place || in_ftp(one));
    }
    if let Some(dialect) = dialect {
        found.retain(|one| is_printed(one, dialect));
    }
    found
}

fn is_printed(one: &Explanation, dialect: &Dialect) -> bool {
    match (one.place, dialect.error_report) {
        (NumberPlace::FtpError, ErrorReport::NegativeNumber) => one.number < 0,
        (NumberPlace::FtpError, ErrorReport::CodeAndReply) => one.number > 0,
        (NumberPlace::FtpError | NumberPlace::CmsError, ErrorReport::Zero) => {
            one.place == NumberPlace::CmsError
        }
        _ => true,
    }
}

fn print(app: &App, explanations: &[Explanation]) -> Result<(), Problem> {
    if app.global.json {
        return console::print_json(&explanations.iter().map(document).collect());
    }
    let text: String = explanations.iter().map(paragraph).collect();
    console::print(text)
}

fn paragraph(one: &Explanation) -> String {
    let mut text = format!("{:<5} {}: {}\n", one.number, title(one), one.meaning);
    if let Some(code) = one.code.filter(|_| one.number < 0) {
        let _ = writeln!(text, "      the same as {code} of other modules");
    }
    if let Some(reply) = one.stands_for {
        let _ = writeln!(text, "      stands for reply {reply} of the server");
    }
    if let Some(hint) = one.hint {
        let _ = writeln!(text, "      hint: {hint}");
    }
    text
}

/// Returns the name of an error, or the place of another number.
fn title(one: &Explanation) -> &'static str {
    let name = one.code.and_then(ModuleCode::entry).map(|entry| entry.name);
    name.unwrap_or(match one.place {
        NumberPlace::FtpReply => "reply of the server",
        NumberPlace::CmsError => "+CMS ERROR",
        _ => "+CME ERROR",
    })
}

fn document(one: &Explanation) -> Value {
    json!({
        "number": one.number,
        "place": match one.place {
            NumberPlace::FtpError => "ftp-error",
            NumberPlace::FtpReply => "ftp-reply",
            NumberPlace::CmsError => "cms-error",
            _ => "cme-error",
        },
        "name": one.code.and_then(ModuleCode::entry).map(|entry| entry.name),
        "module_code": one.code.map(|code| code.0),
        "ftp_reply": one.stands_for.map(|reply| reply.0),
        "meaning": one.meaning,
        "hint": one.hint,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn asked(line: &str) -> Vec<(i32, Option<NumberPlace>)> {
        numbers(line)
            .iter()
            .map(|one| (one.number, one.place))
            .collect()
    }

    #[test]
    fn numbers_are_found_in_lines() {
        let reply = Some(NumberPlace::FtpReply);
        assert_eq!(asked("627,550"), [(627, None), (550, reply)]);
        assert_eq!(asked("+QFTPPUT: 627,550"), [(627, None), (550, reply)]);
        assert_eq!(asked("+QFTPPUT: 605,0"), [(605, None)]);
        assert_eq!(asked("+QFTPGET:-7"), [(-7, None)]);
        assert_eq!(asked("+CME ERROR: 13"), [(13, Some(NumberPlace::CmeError))]);
        assert_eq!(asked("+CMS ERROR: 21"), [(21, Some(NumberPlace::CmsError))]);
        assert_eq!(asked("OK"), []);
        assert_eq!(asked(""), []);
    }

    #[test]
    fn a_dialect_prints_its_own_numbers_alone() {
        let means = |number, name: &str| {
            let dialect = qftp::dialect::ALL.iter().find(|one| one.name == name);
            let asked = Asked {
                number,
                place: None,
            };
            !meanings(asked, dialect.copied()).is_empty()
        };
        assert!(means(627, "ec2x") && !means(627, "gsm") && !means(627, "nl668"));
        assert!(means(-7, "gsm") && !means(-7, "ec2x") && !means(-7, "nl668"));
        assert!(means(550, "ec2x") && means(550, "nl668"));
    }
}
