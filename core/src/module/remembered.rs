//! Commands without an effect: what they say, and what the module remembers of them (COMMON 11.4, 11.5).

use alloc::collections::BTreeMap;
use alloc::vec::Vec;

use super::context::ModuleContext;
use super::response::{CommandResponse, integer, name_and_values};
use super::stored_value::{self, StoredValue};
use crate::at::{Form, push_integer};
use crate::dialect::{self, Command, Initial, NamedSetting, Param, Recall, Value};

/// A place in the memory: the command, and its setting or number where it has several.
type ValuePlace = (&'static str, u64);

/// Holds what was set and differs from the start.
#[derive(Debug, Default)]
pub(super) struct Remembered {
    values: BTreeMap<ValuePlace, Vec<StoredValue>>,
    /// Places whose values outlive a restart.
    saved: Vec<ValuePlace>,
}

impl Remembered {
    /// Returns what is left after a restart: settings by name are in the flash of real modules (COMMON 11.5).
    pub(super) fn restarted(mut self) -> Self {
        let saved = core::mem::take(&mut self.saved);
        self.values.retain(|place, _| saved.contains(place));
        Remembered {
            saved,
            values: self.values,
        }
    }

    /// Executes a command; `registered` tells if the module is in a cell.
    pub(super) fn execute(
        &mut self,
        cx: &mut ModuleContext,
        command: &'static Command,
        form: &Form<'_>,
        registered: bool,
    ) -> CommandResponse {
        match command.recall {
            Recall::None => CommandResponse::bad_parameter(command),
            Recall::Cell { searching, .. } if !registered => say(cx, command, form, searching),
            Recall::Lines(lines)
            | Recall::Cell {
                registered: lines, ..
            } => say(cx, command, form, lines),
            Recall::Values(initial) => self.values(cx, command, form, initial, None),
            Recall::Labelled(labels, initial) => {
                self.values(cx, command, form, initial, Some(labels))
            }
            Recall::Named(settings) => self.named(cx, command, form, settings),
            Recall::Numbered(initial) => self.numbered(cx, command, form, initial),
            Recall::Profiles(initial) => self.profiles(cx, command, form, initial),
        }
    }

    fn values(
        &mut self,
        cx: &mut ModuleContext,
        command: &'static Command,
        form: &Form<'_>,
        initial: &[Initial],
        labels: Option<&[&str]>,
    ) -> CommandResponse {
        let place = (command.name, 0);
        match form {
            Form::Read => {
                let params = command.write.unwrap_or_default();
                let values = self.get(place, initial);
                let lines = match labels {
                    None => Vec::from([read_back(command, None, params, &values)]),
                    Some(labels) => labels.iter().zip(&values).map(labelled).collect(),
                };
                cx.output.information_lines(lines.iter().map(Vec::as_slice));
            }
            Form::Execute => {
                self.values.remove(&place);
            }
            _ => {
                let Ok(values) = command.values(form) else {
                    return CommandResponse::bad_parameter(command);
                };
                self.set(place, initial, &values);
            }
        }
        CommandResponse::Ok
    }

    fn named(
        &mut self,
        cx: &mut ModuleContext,
        command: &'static Command,
        form: &Form<'_>,
        settings: &'static [NamedSetting],
    ) -> CommandResponse {
        let Some((name, rest)) = name_and_values(form) else {
            return CommandResponse::bad_parameter(command);
        };
        let named =
            |setting: &&NamedSetting| setting.name.as_bytes().eq_ignore_ascii_case(name.bytes());
        let Some((index, setting)) = (0..).zip(settings).find(|(_, setting)| named(setting)) else {
            return CommandResponse::bad_parameter(command);
        };
        let place = (command.name, index);
        if rest.is_empty() {
            let values = self.get(place, setting.initial);
            let name = [b"\"", setting.name.as_bytes(), b"\""].concat();
            cx.information(&read_back(command, Some(&name), setting.params, &values));
            return CommandResponse::Ok;
        }
        let Ok(values) = dialect::accept(setting.params, rest) else {
            return CommandResponse::bad_parameter(command);
        };
        self.set(place, setting.initial, &values);
        if !self.saved.contains(&place) {
            self.saved.push(place);
        }
        CommandResponse::Ok
    }

    fn numbered(
        &mut self,
        cx: &mut ModuleContext,
        command: &'static Command,
        form: &Form<'_>,
        initial: &[Initial],
    ) -> CommandResponse {
        let Some((place, values)) = profile(command, form) else {
            return CommandResponse::bad_parameter(command);
        };
        if is_empty(&values) {
            let values = self.get(place, initial);
            cx.information(&profile_line(command, place.1, &values));
        } else {
            self.set(place, initial, &values);
        }
        CommandResponse::Ok
    }

    fn profiles(
        &mut self,
        cx: &mut ModuleContext,
        command: &'static Command,
        form: &Form<'_>,
        initial: &[Initial],
    ) -> CommandResponse {
        if *form == Form::Read {
            let own = self
                .values
                .iter()
                .filter(|((name, _), _)| *name == command.name);
            let lines: Vec<Vec<u8>> = own
                .map(|((_, number), values)| profile_line(command, *number, values))
                .collect();
            cx.output.information_lines(lines.iter().map(Vec::as_slice));
            return CommandResponse::Ok;
        }
        let Some((place, values)) = profile(command, form) else {
            return CommandResponse::bad_parameter(command);
        };
        // A profile is defined as a whole.
        self.values.remove(&place);
        if !is_empty(&values) {
            self.set(place, initial, &values);
        }
        CommandResponse::Ok
    }

    fn get(&self, place: ValuePlace, initial: &[Initial]) -> Vec<StoredValue> {
        let known = self.values.get(&place).cloned();
        known.unwrap_or_else(|| stored_value::initial(initial))
    }

    fn set(&mut self, place: ValuePlace, initial: &[Initial], new: &[Value<'_>]) {
        let values = self.values.entry(place);
        let values = values.or_insert_with(|| stored_value::initial(initial));
        stored_value::set(values, new);
    }
}

/// Says fixed lines. A command that can be read says them there, and nothing when it is written.
fn say(
    cx: &mut ModuleContext,
    command: &'static Command,
    form: &Form<'_>,
    lines: &[&str],
) -> CommandResponse {
    if command.values(form).is_err() {
        return CommandResponse::bad_parameter(command);
    }
    let silent = command.read && matches!(form, Form::Write(_));
    if !silent {
        cx.output
            .information_lines(lines.iter().map(|line| line.as_bytes()));
    }
    CommandResponse::Ok
}

/// Reads the number of a profile, and its values.
fn profile<'a>(command: &'static Command, form: &Form<'a>) -> Option<(ValuePlace, Vec<Value<'a>>)> {
    let mut values = command.values(form).ok()?;
    let number = integer(&values, 0)?;
    Some(((command.name, number), values.split_off(1)))
}

fn is_empty(values: &[Value<'_>]) -> bool {
    values.iter().all(|value| *value == Value::Omitted)
}

fn profile_line(command: &Command, number: u64, values: &[StoredValue]) -> Vec<u8> {
    let mut shown = Vec::new();
    push_integer(&mut shown, number);
    let params = command.write.unwrap_or_default().get(1..);
    read_back(command, Some(&shown), params.unwrap_or_default(), values)
}

/// Returns `+X: <first>,<values>`. Values behind those of the parameters are fixed numbers.
fn read_back(
    command: &Command,
    first: Option<&[u8]>,
    params: &[Param],
    values: &[StoredValue],
) -> Vec<u8> {
    let mut line = [command.name.as_bytes(), b": "].concat();
    let mut separator: &[u8] = b"";
    if let Some(first) = first {
        line.extend_from_slice(first);
        separator = b",";
    }
    let kinds = params.iter().map(|param| param.kind);
    let kinds = kinds.chain(core::iter::repeat(dialect::Kind::Text(0)));
    for (value, kind) in values.iter().zip(kinds) {
        line.extend_from_slice(separator);
        value.push(&mut line, kind, None);
        separator = b",";
    }
    line
}

/// Returns `<label>: <value>`, without quotes.
fn labelled((label, value): (&&str, &StoredValue)) -> Vec<u8> {
    let mut line = [label.as_bytes(), b": "].concat();
    match value {
        StoredValue::Integer(number) => push_integer(&mut line, *number),
        StoredValue::Text(text) => line.extend_from_slice(text),
    }
    line
}
