//! Brings a module on a line to the state that a case begins in: that of a module that was just switched on.

use std::time::{Duration, Instant};

use clap::ValueEnum;
use qftp::dialect::{Command, CommandKind, Initial, ResponseFormat, Value};
use qftp_conformance::conversation::play::Terminal as _;

use super::terminal::PortTerminal;

/// The silence around `+++`.
const GUARD: Duration = Duration::from_millis(1100);
/// The time that `AT` gets while nothing is known of the line.
const FIRST: Duration = Duration::from_secs(1);
/// A module boots in less (EC20: 15 s).
const BOOT: Duration = Duration::from_mins(1);
/// Ends of an answer.
const ENDS: [&str; 2] = ["OK\r\n", "ERROR"];

/// The way to the start of a case.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum Reset {
    /// Close the session and the context, and set the settings to the manual's defaults
    Settings,
    /// Restart the module by AT+CFUN=1,1 before each case
    Restart,
}

/// Brings the module to its start.
pub(super) fn apply(terminal: &mut PortTerminal<'_>, reset: Reset) -> Result<(), String> {
    in_command_mode(terminal)?;
    match reset {
        Reset::Restart => restart(terminal)?,
        Reset::Settings => set(terminal),
    }
    match terminal.failed.take() {
        Some(failed) => Err(failed),
        None => Ok(()),
    }
}

/// Makes the module answer `AT`, out of data mode if need be.
fn in_command_mode(terminal: &mut PortTerminal<'_>) -> Result<(), String> {
    let usual = terminal.patience.answer;
    terminal.patience.answer = FIRST;
    let mut is_there = false;
    for attempt in 0..4 {
        terminal.rest();
        if terminal.ask("AT", &["OK\r\n", "0\r"]).contains("OK") {
            is_there = true;
            if attempt > 0 {
                // An answer to the `AT` before may be on its way: it is none to the lines that follow.
                terminal.silence(FIRST);
                terminal.rest();
            }
            break;
        }
        if attempt > 0 {
            terminal.silence(GUARD);
            terminal.write(b"+++");
            terminal.silence(GUARD);
        }
    }
    terminal.patience.answer = usual;
    if !is_there {
        return Err("the module does not answer AT".into());
    }
    for line in ["ATE1Q0V1", "AT+CMEE=1"] {
        terminal.ask(line, &ENDS);
    }
    Ok(())
}

fn restart(terminal: &mut PortTerminal<'_>) -> Result<(), String> {
    terminal.ask("AT+CFUN=1,1", &ENDS);
    let start = Instant::now();
    let usual = terminal.patience.answer;
    terminal.patience.answer = FIRST;
    loop {
        terminal.rest();
        let answers = terminal.ask("AT", &["OK\r\n"]).contains("OK");
        if answers || start.elapsed() > BOOT || terminal.failed.is_some() {
            // Its boot lines are no answer to the first command.
            terminal.rest();
            terminal.patience.answer = usual;
            return if answers {
                Ok(())
            } else {
                Err("the module does not answer after AT+CFUN=1,1".into())
            };
        }
    }
}

/// Closes what is open, and sets what the table has a default of.
fn set(terminal: &mut PortTerminal<'_>) {
    let dialect = terminal.dialect;
    for (kind, value) in [
        (CommandKind::FtpClose, "=1"),
        (CommandKind::ContextDeactivate, "=1"),
        (CommandKind::Call, "=0"),
        (CommandKind::FtpTranscript, "=0"),
    ] {
        let Some(command) = dialect.command(kind) else {
            continue;
        };
        let form = if command.execute { "" } else { value };
        let urc = format!("{}:", command.name);
        let done = if kind == CommandKind::Call {
            urc.as_str()
        } else {
            end(command, &urc)
        };
        terminal.ask(
            &format!("AT{}{form}", command.name),
            &[done, ENDS[1], "DEACT"],
        );
    }
    if let Some(command) = dialect.command(CommandKind::FtpConfigure) {
        let urc = format!("{}:", command.name);
        for line in settings(terminal, command) {
            terminal.ask(&line, &[end(command, &urc), ENDS[1]]);
        }
    }
}

/// Returns the end of an answer: a command that reports by a URC is over with it, and not with `OK`.
fn end<'a>(command: &Command, urc: &'a str) -> &'a str {
    if command.reply == ResponseFormat::ResultUrc {
        urc
    } else {
        ENDS[0]
    }
}

/// Returns the lines that set the defaults.
fn settings(terminal: &PortTerminal<'_>, command: &Command) -> Vec<String> {
    let own = terminal.dialect.settings.iter();
    let lines = own.filter_map(|setting| {
        let values: Vec<Value<'_>> = setting
            .initial
            .iter()
            .map(|initial| match initial {
                Initial::Integer(number) => Value::Integer(*number),
                Initial::Text(text) => Value::Text(text),
            })
            .collect();
        let line = setting.emit(command, None, &values).ok()?;
        Some(String::from_utf8_lossy(&line).trim_end().to_owned())
    });
    lines.collect()
}
