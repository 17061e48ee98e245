//! Settings of the line: echo, result codes, S-registers, DTR (COMMON 0.1 to 0.3, 6.1, 6.2).

use alloc::boxed::Box;
use alloc::format;
use alloc::vec::Vec;
use core::time::Duration;

use super::context::ModuleContext;
use super::output::{ErrorDetail, ResultFormat};
use super::response::{CommandError, CommandResponse};
use crate::at::Form;
use crate::dialect::{Command, Dialect, Register};
use crate::framing::command_line::Editing;

/// Holds the settings of the line. `AT&F` restores the defaults, `ATZ` the stored settings.
#[derive(Clone, Debug)]
pub(super) struct LineSettings {
    pub(super) echo: bool,
    format: ResultFormat,
    /// The value of `ATX`.
    progress: u8,
    /// The value of `AT&C`.
    carrier: u8,
    dtr_action: DtrAction,
    dtr: bool,
    registers: Vec<(&'static Register, u32)>,
    stored: Option<Box<LineSettings>>,
}

/// Says what a drop of DTR does, `AT&D`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum DtrAction {
    /// The value 0.
    Ignore,
    /// 1: returns to command mode.
    Escape,
    /// 2: hangs up.
    HangUp,
}

impl DtrAction {
    fn from_number(number: u32) -> Self {
        match number {
            1 => DtrAction::Escape,
            2 => DtrAction::HangUp,
            _ => DtrAction::Ignore,
        }
    }
}

impl LineSettings {
    /// Returns the settings of a module as delivered.
    pub(super) fn new(dialect: &Dialect) -> Self {
        LineSettings {
            echo: true,
            format: ResultFormat::default(),
            progress: dialect.result_level_default,
            carrier: 1,
            dtr_action: DtrAction::from_number(dialect.dtr_default.into()),
            dtr: true,
            registers: dialect
                .registers
                .iter()
                .map(|register| (register, register.initial))
                .collect(),
            stored: None,
        }
    }

    /// Returns the settings after a restart: the stored ones, or as delivered.
    pub(super) fn restarted(self, dialect: &Dialect) -> Self {
        let stored = self.stored;
        let settings = match &stored {
            Some(stored) => (**stored).clone(),
            None => LineSettings::new(dialect),
        };
        LineSettings {
            dtr: self.dtr,
            stored,
            ..settings
        }
    }

    /// Puts into effect what other parts see of the settings.
    pub(super) fn apply(&self, cx: &mut ModuleContext) {
        cx.output.format = self.format;
        cx.guard = self.guard();
    }

    /// Records the state of DTR; returns what a drop of it does.
    pub(super) fn set_dtr(&mut self, asserted: bool) -> Option<DtrAction> {
        let dropped = core::mem::replace(&mut self.dtr, asserted) && !asserted;
        dropped.then_some(self.dtr_action)
    }

    /// Tells whether DTR is down and means a hang-up.
    pub(super) fn is_hung_up(&self) -> bool {
        !self.dtr && self.dtr_action == DtrAction::HangUp
    }

    /// Executes `AT+CMEE`.
    pub(super) fn execute(
        &mut self,
        cx: &mut ModuleContext,
        command: &'static Command,
        form: &Form<'_>,
    ) -> CommandResponse {
        if let Form::Write(tokens) = form {
            let Ok(values) = command.accept(tokens) else {
                return CommandResponse::bad_parameter(command);
            };
            let number = super::response::integer(&values, 0).unwrap_or(0);
            self.format.errors = ErrorDetail::from_number(number);
            self.apply(cx);
        } else {
            let number = self.format.errors.number();
            cx.information(format!("{}: {number}", command.name).as_bytes());
        }
        CommandResponse::Ok
    }

    /// Executes `ATE0`, `AT&D2` and the like.
    pub(super) fn execute_basic(
        &mut self,
        cx: &mut ModuleContext,
        name: [u8; 2],
        number: Option<u32>,
    ) -> CommandResponse {
        let value = number.unwrap_or(0);
        match (&name, value) {
            (b"E\0", 0 | 1) => self.echo = value == 1,
            (b"V\0", 0 | 1) => self.format.verbose = value == 1,
            (b"Q\0", 0 | 1) => self.format.quiet = value == 1,
            (b"X\0", 0..=4) => self.progress = u8::try_from(value).unwrap_or(4),
            (b"&C", 0 | 1) => self.carrier = u8::try_from(value).unwrap_or(1),
            (b"&D", 0..=2) => self.dtr_action = DtrAction::from_number(value),
            (b"&F", 0) => self.restore_factory(cx.dialect),
            (b"&W", 0) => self.store(),
            (b"&V", 0) => self.view(cx),
            (b"Z\0", 0) => self.restore_stored(cx.dialect),
            (b"H\0", 0) => {}
            _ => return CommandError::Plain.into(),
        }
        self.apply(cx);
        CommandResponse::Ok
    }

    /// Executes `AT&W`.
    fn store(&mut self) {
        let stored = LineSettings {
            stored: None,
            ..self.clone()
        };
        self.stored = Some(stored.into());
    }

    /// Executes `ATZ`.
    fn restore_stored(&mut self, dialect: &Dialect) {
        match self.stored.clone() {
            None => self.restore_factory(dialect),
            Some(stored) => {
                *self = LineSettings {
                    stored: Some(stored.clone()),
                    dtr: self.dtr,
                    ..*stored
                }
            }
        }
    }

    /// Executes `AT&F`.
    fn restore_factory(&mut self, dialect: &Dialect) {
        *self = LineSettings {
            dtr: self.dtr,
            stored: self.stored.take(),
            ..LineSettings::new(dialect)
        };
    }

    /// Executes `ATS3=13` and `ATS3?`.
    pub(super) fn execute_register(
        &mut self,
        cx: &mut ModuleContext,
        number: u32,
        set: Option<u32>,
    ) -> CommandResponse {
        let found = self
            .registers
            .iter_mut()
            .find(|(register, _)| register.number == number);
        match (found, set) {
            (Some((_, value)), None) => cx.information(format!("{value:03}").as_bytes()),
            (Some((register, value)), Some(new))
                if (register.from..=register.to).contains(&new) =>
            {
                *value = new;
                self.apply(cx);
            }
            _ => return CommandError::Plain.into(),
        }
        CommandResponse::Ok
    }

    /// Executes `AT&V`.
    fn view(&self, cx: &mut ModuleContext) {
        let flags = [
            ("&C", u32::from(self.carrier)),
            ("&D", self.dtr_action as u32),
            ("&F", 0),
            ("&W", 0),
            ("E", u32::from(self.echo)),
            ("Q", u32::from(self.format.quiet)),
            ("V", u32::from(self.format.verbose)),
            ("X", u32::from(self.progress)),
            ("Z", 0),
        ];
        let flags = flags
            .iter()
            .map(|(name, value)| format!("{name}: {value}").into_bytes());
        let registers = self
            .registers
            .iter()
            .map(|(register, value)| format!("S{}: {value}", register.number).into_bytes());
        let lines: Vec<Vec<u8>> = flags.chain(registers).collect();
        cx.output.information_lines(lines.iter().map(Vec::as_slice));
    }

    fn value(&self, number: u32) -> Option<u32> {
        let found = self
            .registers
            .iter()
            .find(|(register, _)| register.number == number);
        found.map(|(_, value)| *value)
    }

    /// Returns the silence around `+++`: S12, in units of 20 ms; one second where it cannot be set.
    fn guard(&self) -> Duration {
        Duration::from_millis(u64::from(self.value(12).unwrap_or(50)) * 20)
    }

    /// Returns the editing characters: S3 ends a command line, S5 takes a character back.
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::dialect::ec2x::EC2X;
    use crate::module::quirks::Quirks;

    fn line() -> (LineSettings, ModuleContext) {
        let cx = ModuleContext::new(&EC2X, Quirks::MANUAL);
        (LineSettings::new(&EC2X), cx)
    }

    #[test]
    fn stored_settings_come_back_and_factory_settings_too() {
        let (mut line, mut cx) = line();
        for (name, number) in [(*b"E\0", 0), (*b"&W", 0), (*b"E\0", 1), (*b"Z\0", 0)] {
            let response = line.execute_basic(&mut cx, name, Some(number));
            assert_eq!(response, CommandResponse::Ok);
        }
        assert!(!line.echo);
        assert!(!line.clone().restarted(&EC2X).echo);
        line.execute_basic(&mut cx, *b"&F", None);
        assert!(line.echo);
    }

    #[test]
    fn other_parts_see_the_format_and_the_guard_time() {
        let (mut line, mut cx) = line();
        line.execute_basic(&mut cx, *b"V\0", Some(0));
        line.execute_register(&mut cx, 12, Some(10));
        assert!(!cx.output.format.verbose);
        assert_eq!(cx.guard, Duration::from_millis(200));
        let unknown = line.execute_register(&mut cx, 99, Some(1));
        assert_eq!(unknown, CommandError::Plain.into());
    }

    #[test]
    fn a_drop_of_dtr_does_what_d_says_and_only_once() {
        let (mut line, mut cx) = line();
        line.execute_basic(&mut cx, *b"&D", Some(1));
        assert_eq!(line.set_dtr(false), Some(DtrAction::Escape));
        assert_eq!(line.set_dtr(false), None);
        line.execute_basic(&mut cx, *b"&D", Some(2));
        assert!(line.is_hung_up());
        assert_eq!(line.set_dtr(true), None);
        assert!(!line.is_hung_up());
    }
}
