//! Execution of a command line: command by command, until one has to wait, fails, or none is left (V.250).

use super::Module;
use super::family;
use super::input::Execution;
use super::quirks::Quirk;
use super::response::{CommandError, CommandResponse};
use crate::at::{self, AtCommand};

/// Returns `true` for commands that firmware with [`Quirk::SingleCommands`] refuses in one line.
fn are_several(commands: &[AtCommand<'_>]) -> bool {
    let is_extended = |command| matches!(command, &AtCommand::Extended { .. });
    commands.len() > 1 && commands.iter().any(is_extended)
}

impl Module {
    /// Runs the commands of the line until one has to wait, fails, or none is left.
    pub(super) fn execute_line(&mut self) {
        while let Some(Execution { line, next }) = self.cx.input.take_execution() {
            let (commands, read) = at::parse_line(&line);
            if next == 0 && self.cx.quirks.has(Quirk::SingleCommands) && are_several(&commands) {
                self.cx.output.result(Err(CommandError::Plain));
                break;
            }
            self.cx.hold_answer(commands.get(next), next == 0);
            let Some(command) = commands.get(next) else {
                let result = read.map_err(|_| self.syntax_error(&line));
                self.cx.output.result(result);
                break;
            };
            let fault = self.cx.answer_fault(command);
            let response = if fault.busy {
                self.answer_busy(command, fault.code)
            } else {
                self.parts.execute(&mut self.cx, command)
            };
            let next = next + 1;
            match response {
                CommandResponse::Failed(error) => self.cx.output.result(Err(error)),
                CommandResponse::DataMode => {}
                CommandResponse::Text(text) => self.cx.information(text.as_bytes()),
                CommandResponse::Ok => self.cx.input.execute(Execution { line, next }),
                CommandResponse::Pending => {
                    return self.cx.input.execute(Execution { line, next });
                }
            }
        }
        self.resume_input();
    }

    /// Answers a command that is not executed, as a module does that is busy; `code` is the number of the error, if it is
    /// another one.
    fn answer_busy(&mut self, command: &AtCommand<'_>, code: Option<u16>) -> CommandResponse {
        if let Some(code) = code {
            return CommandError::Cme(code).into();
        }
        let dialect = self.cx.dialect;
        let known = match command {
            AtCommand::Extended { name, .. } => dialect.command_named(name),
            AtCommand::Basic { .. } | AtCommand::Register { .. } => None,
        };
        match known.filter(|command| command.kind.is_ftp()) {
            Some(command) => {
                let family = family::of(dialect.family);
                family.answer_busy(&mut self.parts.ftp, &mut self.cx, command)
            }
            None => CommandError::Plain.into(),
        }
    }

    /// Returns the answer to a line that cannot be read: a known command refuses it in its own way.
    fn syntax_error(&self, line: &[u8]) -> CommandError {
        let name = at::unreadable_command(line);
        let command = name.and_then(|name| self.cx.dialect.command_named(name));
        command.map_or(CommandError::Plain, CommandError::bad_parameter)
    }

    /// Takes what was typed while the line was busy.
    pub(super) fn resume_input(&mut self) {
        self.cx.write_urcs();
        let mut backlog = self.cx.input.take_backlog();
        let count = self.take(&backlog);
        // Not copied anew for each command: a host may type much that waits.
        backlog.remove_front(count);
        self.cx.input.put_back(backlog);
        self.cx.write_urcs();
    }

    /// Goes on with a line whose command had to wait and is done.
    pub(super) fn finish_commands(&mut self) {
        while let Some(result) = self.cx.input.take_finished() {
            match result {
                Ok(()) => self.execute_line(),
                Err(error) => {
                    self.cx.input.take_execution();
                    self.cx.output.result(Err(error));
                    self.resume_input();
                }
            }
        }
    }

    /// Does what a part left to do: goes on with the command line, or with what was typed behind it.
    pub(super) fn settle(&mut self) {
        self.finish_commands();
        if !self.cx.is_busy() {
            self.resume_input();
        }
        self.follow_power();
    }
}
