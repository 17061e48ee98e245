//! What the module says, and the settings of the line: echo, result codes, S-registers, DTR.
//!
//! COMMON 0.1 to 0.3, 6.1, 6.2.

use alloc::string::String;
use alloc::vec::Vec;
use core::time::Duration;

use super::{Mode, Module, Ran, Refusal};
use crate::codes;
use crate::dialect::{Dialect, Family, Register};
use crate::framing::command_line::Editing;

/// Settings of the line; `AT&F` brings back the first, `ATZ` the stored ones.
#[derive(Clone, Debug)]
#[allow(clippy::struct_excessive_bools)] // each is a switch of its own, set by a command of its own
pub(super) struct Line {
    pub(super) echo: bool,
    verbose: bool,
    quiet: bool,
    /// ATX
    progress: u8,
    /// AT&C
    carrier: u8,
    /// AT&D: what a dropped DTR does.
    pub(super) dtr_action: u8,
    pub(super) dtr: bool,
    /// AT+CMEE
    pub(super) errors: u8,
    registers: Vec<(&'static Register, u32)>,
    stored: Option<alloc::boxed::Box<Line>>,
}

impl Line {
    pub(super) fn new(dialect: &Dialect) -> Self {
        Line {
            echo: true,
            verbose: true,
            quiet: false,
            progress: dialect.result_level_default,
            carrier: 1,
            dtr_action: dialect.dtr_default,
            dtr: true,
            errors: 1,
            registers: dialect
                .registers
                .iter()
                .map(|register| (register, register.initial))
                .collect(),
            stored: None,
        }
    }

    /// After a start: what was stored, or as delivered.
    pub(super) fn started_anew(self, dialect: &Dialect) -> Self {
        let stored = self.stored;
        let line = match &stored {
            Some(stored) => (**stored).clone(),
            None => Line::new(dialect),
        };
        Line {
            dtr: self.dtr,
            stored,
            ..line
        }
    }

    fn value(&self, number: u32) -> Option<u32> {
        let found = self
            .registers
            .iter()
            .find(|(register, _)| register.number == number);
        found.map(|(_, value)| *value)
    }

    /// Silence around `+++`: S12, in units of 20 ms; one second where it cannot be set.
    pub(super) fn guard(&self) -> Duration {
        Duration::from_millis(u64::from(self.value(12).unwrap_or(50)) * 20)
    }

    /// S3 ends a command line, S5 takes a character back.
    pub(super) fn editing(&self, line_feed_ends: bool) -> Editing {
        let character = |number, default| {
            self.value(number)
                .and_then(|value| u8::try_from(value).ok())
                .unwrap_or(default)
        };
        Editing {
            terminator: character(3, b'\r'),
            backspace: character(5, 8),
            line_feed_ends,
        }
    }
}

/// Result codes as numbers, for `ATV0` (COMMON 0.3).
fn digit(result: Result<(), Refusal>) -> &'static [u8] {
    match result {
        Ok(()) => b"0",
        Err(Refusal::NoCarrier) => b"3",
        Err(Refusal::Plain | Refusal::Cme(_)) => b"4",
    }
}

impl Module {
    /// A final result code.
    pub(super) fn result(&mut self, result: Result<(), Refusal>) {
        if self.line.quiet {
            return;
        }
        match (result, self.line.errors) {
            (Err(Refusal::Cme(number)), 1) => {
                self.information(alloc::format!("+CME ERROR: {number}").as_bytes());
            }
            (Err(Refusal::Cme(number)), 2) => {
                let meaning = match self.dialect.family {
                    Family::Fibocom => codes::fibocom::cme_text(number),
                    Family::Lte | Family::Gsm => codes::cme_meaning(number),
                };
                let text = match meaning {
                    Some(meaning) => alloc::format!("+CME ERROR: {meaning}"),
                    None => alloc::format!("+CME ERROR: {number}"),
                };
                self.information(text.as_bytes());
            }
            _ if !self.line.verbose => {
                self.out.extend_from_slice(digit(result));
                self.out.push(b'\r');
            }
            (Ok(()), _) => self.information(b"OK"),
            (Err(Refusal::NoCarrier), _) => self.information(b"NO CARRIER"),
            (Err(_), _) => self.information(b"ERROR"),
        }
    }

    /// `CONNECT`, with the number of bytes to come where there is one.
    pub(super) fn connect(&mut self, count: Option<u64>) {
        match (self.line.quiet, self.line.verbose, count) {
            (true, ..) => {}
            (_, false, _) => self.out.extend_from_slice(b"1\r"),
            (_, _, None) => self.information(b"CONNECT"),
            (_, _, Some(count)) => self.information(alloc::format!("CONNECT {count}").as_bytes()),
        }
    }

    /// One line of information.
    pub(super) fn information(&mut self, text: &[u8]) {
        self.informations([text].into_iter());
    }

    /// Lines of information, with an empty line before the first.
    pub(super) fn informations<'a>(&mut self, lines: impl Iterator<Item = &'a [u8]>) {
        for (index, line) in lines.enumerate() {
            if index == 0 && self.line.verbose {
                self.out.extend_from_slice(b"\r\n");
            }
            self.out.extend_from_slice(line);
            self.out.extend_from_slice(b"\r\n");
        }
    }

    /// An unsolicited result code; said once the line is free.
    pub(super) fn urc(&mut self, text: Vec<u8>) {
        self.urcs.push_back(text);
    }

    /// The one that came last overtakes the others: nothing comes between the payload of a download and what is said of
    /// it, whose end hosts find by that (FIELD 2.1).
    pub(super) fn say_last_urc_first(&mut self) {
        self.urcs.rotate_right(usize::from(!self.urcs.is_empty()));
    }

    /// Says the unsolicited result codes that wait, if the line is free.
    pub(super) fn say_urcs(&mut self) {
        while matches!(self.mode, Mode::Command) && self.execution.is_none() {
            let Some(text) = self.urcs.pop_front() else {
                return;
            };
            if core::mem::take(&mut self.urc_is_lost) {
                continue;
            }
            self.information(&text);
            if let Some(said) = &mut self.said_urcs {
                said.push_back(text);
            }
        }
    }

    /// `ATE0`, `AT&D2`, ...
    pub(super) fn basic(&mut self, name: [u8; 2], number: Option<u32>) -> Ran {
        let value = number.unwrap_or(0);
        match (&name, value) {
            (b"E\0", 0 | 1) => self.line.echo = value == 1,
            (b"V\0", 0 | 1) => self.line.verbose = value == 1,
            (b"Q\0", 0 | 1) => self.line.quiet = value == 1,
            (b"X\0", 0..=4) => self.line.progress = u8::try_from(value).unwrap_or(4),
            (b"&C", 0 | 1) => self.line.carrier = u8::try_from(value).unwrap_or(1),
            (b"&D", 0..=2) => self.line.dtr_action = u8::try_from(value).unwrap_or(0),
            (b"&F", 0) => self.factory(),
            (b"&W", 0) => {
                let stored = Line {
                    stored: None,
                    ..self.line.clone()
                };
                self.line.stored = Some(stored.into());
            }
            (b"&V", 0) => self.view(),
            (b"Z\0", 0) => match self.line.stored.clone() {
                None => self.factory(),
                Some(stored) => {
                    self.line = Line {
                        stored: Some(stored.clone()),
                        dtr: self.line.dtr,
                        ..*stored
                    }
                }
            },
            (b"I\0", 0) => self.identify(),
            (b"O\0", 0) => return self.resume_data(),
            (b"H\0", 0) => {}
            _ => return Refusal::Plain.into(),
        }
        Ran::Ok
    }

    fn factory(&mut self) {
        self.line = Line {
            dtr: self.line.dtr,
            stored: self.line.stored.take(),
            ..Line::new(self.dialect)
        };
    }

    /// `ATS3=13`, `ATS3?`
    pub(super) fn register(&mut self, number: u32, set: Option<u32>) -> Ran {
        let registers = &mut self.line.registers;
        let found = registers
            .iter_mut()
            .find(|(register, _)| register.number == number);
        match (found, set) {
            (Some((_, value)), None) => {
                let text = alloc::format!("{value:03}");
                self.information(text.as_bytes());
                Ran::Ok
            }
            (Some((register, value)), Some(new))
                if (register.from..=register.to).contains(&new) =>
            {
                *value = new;
                Ran::Ok
            }
            _ => Refusal::Plain.into(),
        }
    }

    /// `AT&V`
    fn view(&mut self) {
        let line = &self.line;
        let flags = [
            ("&C", u32::from(line.carrier)),
            ("&D", u32::from(line.dtr_action)),
            ("&F", 0),
            ("&W", 0),
            ("E", u32::from(line.echo)),
            ("Q", u32::from(line.quiet)),
            ("V", u32::from(line.verbose)),
            ("X", u32::from(line.progress)),
            ("Z", 0),
        ];
        let mut lines: Vec<Vec<u8>> = flags
            .iter()
            .map(|(name, value)| alloc::format!("{name}: {value}").into_bytes())
            .collect();
        lines.extend(
            line.registers
                .iter()
                .map(|(number, value)| alloc::format!("S{}: {value}", number.number).into_bytes()),
        );
        self.informations(lines.iter().map(Vec::as_slice));
    }

    /// `ATI` (COMMON 7).
    fn identify(&mut self) {
        let identity = self.identity;
        let lines = if self.dialect.labelled_identity {
            alloc::vec![
                alloc::format!("Manufacturer: {}", identity.manufacturer),
                alloc::format!("Model: {}", identity.model),
                alloc::format!("Revision: {}", identity.revision),
                "+GCAP: +CGSM".into(),
            ]
        } else {
            alloc::vec![
                identity.manufacturer.into(),
                identity.model.into(),
                alloc::format!("Revision: {}", identity.revision),
            ]
        };
        self.informations(lines.iter().map(String::as_bytes));
    }
}
