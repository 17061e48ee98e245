//! The answers of an emulator to the commands on its control socket.

use std::fmt::Write as _;
use std::time::Duration;

use super::{CONTROL_COMMANDS, ControlCommand};
use crate::emulator::active_faults::OrderTask;
use crate::emulator::driver::ModuleDriver;
use crate::emulator::fault::{FAULTS, Fault};
use crate::emulator::fault_plan::FAULT_ACTIONS;
use crate::module::state::STATES;

impl ModuleDriver {
    /// Serves the clients of the control socket; returns true if anything moved.
    pub(in crate::emulator) fn serve_control(&mut self, now: Duration) -> bool {
        // A command works on the driver, so the server stands aside meanwhile.
        let Some(mut server) = self.control.take() else {
            return false;
        };
        let moved = server.serve(|line| self.answer(now, line));
        self.control = Some(server);
        moved
    }

    /// Carries out one line of a client, and returns the answer with its last line.
    fn answer(&mut self, now: Duration, line: &[u8]) -> String {
        let text = std::str::from_utf8(line).map_err(|_| "the line is not text".to_owned());
        let command = text.and_then(str::parse);
        match command.and_then(|command| self.obey_control(now, &command)) {
            Ok(lines) => lines + "ok\n",
            Err(reason) => format!("error: {reason}\n"),
        }
    }

    /// Returns the lines of the answer, each with its end.
    fn obey_control(&mut self, now: Duration, command: &ControlCommand) -> Result<String, String> {
        match command {
            ControlCommand::Inject(fault) => {
                let fault = fault.check(self.module.dialect());
                let fault = fault.map_err(|error| error.to_string())?;
                self.execute(now, OrderTask::Inject(fault));
            }
            ControlCommand::Clear(fault) => self.execute(now, OrderTask::Clear(*fault)),
            ControlCommand::State(state) => self.execute(now, OrderTask::SetState(*state)),
            ControlCommand::Fault(rule) => {
                let rule = rule.clone().check(self.module.dialect());
                let rule = rule.map_err(|error| error.to_string())?;
                self.execute(now, OrderTask::AddRule(rule));
            }
            ControlCommand::ClearFaults => self.execute(now, OrderTask::ClearRules),
            ControlCommand::Restart => self.execute(now, OrderTask::Inject(Fault::Reboot)),
            ControlCommand::Status => return Ok(self.status(now)),
            ControlCommand::Faults => return Ok(self.list_faults()),
            ControlCommand::Actions => return Ok(list_actions()),
            ControlCommand::States => return Ok(list_states()),
            ControlCommand::Help => return Ok(help()),
        }
        Ok(String::new())
    }

    /// Returns the state as one JSON document. None of its texts has a character that JSON escapes.
    fn status(&self, now: Duration) -> String {
        let faults = self.faults.lasting().iter();
        let faults: Vec<String> = faults.map(|fault| format!("\"{fault}\"")).collect();
        let states = self.faults.states().iter().map(|state| {
            let text = state.to_string();
            let (name, value) = text.split_once('=').unwrap_or((&text, ""));
            format!("\"{name}\":\"{value}\"")
        });
        let states: Vec<String> = states.collect();
        let module = self.module.status();
        format!(
            "{{\"dialect\":\"{}\",\"process\":{},\"uptime_ms\":{},\"host\":{},\"logged_in\":{},\"faults\":[{}],\
             \"states\":{{{}}},\"power\":\"{}\",\"functionality\":{},\"sim\":\"{}\",\"registration\":{},\"attached\":{}}}\n",
            self.module.dialect().name,
            std::process::id(),
            now.as_millis(),
            self.line.host().is_some(),
            self.session.is_open(),
            faults.join(","),
            states.join(","),
            module.power,
            module.functionality,
            module.sim,
            module.registration,
            module.attached
        )
    }

    fn list_faults(&self) -> String {
        let dialect = self.module.dialect();
        let mut lines = String::new();
        for known in FAULTS.iter().filter(|known| known.occurs.includes(dialect)) {
            let _ = writeln!(lines, "{}: {}", known.name, known.what); // a String takes all
        }
        lines
    }
}

fn list_actions() -> String {
    let mut lines = String::new();
    for known in FAULT_ACTIONS {
        let _ = writeln!(lines, "{}: {}", known.name, known.what); // a String takes all
    }
    lines
}

fn list_states() -> String {
    let mut lines = String::new();
    for known in STATES {
        let (name, values, what) = (known.name, known.values, known.what);
        let _ = writeln!(lines, "{name}={values}: {what}"); // a String takes all
    }
    lines
}

fn help() -> String {
    let mut lines = String::new();
    for known in CONTROL_COMMANDS {
        let space = if known.argument.is_empty() { "" } else { " " };
        let (name, argument, what) = (known.name, known.argument, known.what);
        let _ = writeln!(lines, "{name}{space}{argument}: {what}"); // a String takes all
    }
    lines
}
