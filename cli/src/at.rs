//! `qftp at`: sends AT commands unchanged and prints the answers.

use qftp::host;
use serde_json::json;

use crate::app::App;
use crate::console;
use crate::exit::Phase;
use crate::log::Log;
use crate::problem::Problem;
use crate::session;

const EXAMPLES: &str = "\
Examples:
  qftp at 'AT+CSQ'                signal
  qftp at 'AT+CPIN?' 'AT+CREG?'   in turn; stops at the first error
  qftp at 'AT+QFTPSTAT'           waits for the unsolicited result, too

Prints the answers without OK, passwords redacted.";

/// Holds the arguments of `qftp at`.
#[derive(clap::Args)]
#[command(after_help = EXAMPLES)]
pub(crate) struct Arguments {
    /// Command lines such as 'AT+CSQ', in quotes
    #[arg(required = true, value_name = "COMMAND")]
    commands: Vec<String>,
}

pub(crate) fn run(app: &App, arguments: &Arguments) -> Result<(), Problem> {
    for command in &arguments.commands {
        check(command)?;
    }
    let mut client = session::open_any_module(app, &Log::default())?;
    let mut answers = Vec::new();
    for command in &arguments.commands {
        let lines = client
            .command(command.as_bytes())
            .map_err(|error| Problem::client(&error, Phase::Line))?;
        let lines: Vec<String> = lines
            .iter()
            .map(|line| console::shown(&host::redact(line)))
            .collect();
        if app.global.json {
            let command = console::shown(&host::redact(command.as_bytes()));
            answers.push(json!({ "command": command, "lines": lines }));
        } else {
            for line in lines {
                console::print(format_args!("{line}\n"))?;
            }
        }
    }
    if app.global.json {
        console::print_json(&answers.into())?;
    }
    Ok(())
}

/// Refuses a line that is not a command: the module would not answer it.
fn check(command: &str) -> Result<(), Problem> {
    let start = command.get(..2).unwrap_or_default();
    if start.eq_ignore_ascii_case("AT") || start.eq_ignore_ascii_case("A/") {
        return Ok(());
    }
    let problem = Problem::usage("an AT command starts with AT");
    Err(problem.hint("in quotes, as in: qftp at 'AT+CSQ'"))
}

#[cfg(test)]
mod tests {
    use super::check;

    #[test]
    fn only_command_lines_are_sent() {
        for good in ["AT", "at+csq", "A/", "AT+QFTPSTAT"] {
            assert!(check(good).is_ok(), "{good}");
        }
        for bad in ["", "A", "+CSQ", "ä", "+++"] {
            assert!(check(bad).is_err(), "{bad}");
        }
    }
}
