//! The commands for the clock: `AT+CCLK` and `AT+QLTS`.

use alloc::format;
use alloc::string::String;

use crate::at::Form;
use crate::dialect::{Command, CommandKind};
use crate::module::context::ModuleContext;
use crate::module::response::{CommandResponse, integer, text};

/// Executes one of the commands.
pub(in crate::module) fn execute(
    cx: &mut ModuleContext,
    command: &'static Command,
    form: &Form<'_>,
) -> CommandResponse {
    let Ok(values) = command.values(form) else {
        return CommandResponse::bad_parameter(command);
    };
    let told = match (command.kind, form) {
        (CommandKind::NetworkTime, _) => network_time(cx, command, integer(&values, 0)),
        (_, Form::Write(_)) => {
            return if cx.clock.set_from(cx.now, text(&values, 0)) {
                CommandResponse::Ok
            } else {
                CommandResponse::bad_parameter(command)
            };
        }
        _ => cx.clock.short_text(cx.now),
    };
    cx.information(format!("{}: \"{told}\"", command.name).as_bytes());
    CommandResponse::Ok
}

/// Returns `2026/11/21,10:43:00+00,0`: 0 the time of the last attach, 1 now in UTC, 2 now in the zone. It is empty where
/// the network told none. The form without a mode has a short year.
fn network_time(cx: &ModuleContext, command: &Command, mode: Option<u64>) -> String {
    let now = (mode.unwrap_or(0) > 0).then_some(cx.now);
    let digits = if command.write.is_some() { 4 } else { 2 };
    let time = cx.clock.network_text(now, digits);
    time.map_or_else(Default::default, |time| format!("{time},0"))
}
