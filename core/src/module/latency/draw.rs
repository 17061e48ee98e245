//! The delays of a running module: drawn when they begin, and remembered for the URC of a command.

use alloc::vec::Vec;
use core::time::Duration;

use super::Latency;
use crate::at::{AtCommand, Form};
use crate::dialect::{Command, Dialect, ResponseFormat};

/// Draws delays.
#[derive(Debug)]
pub(in crate::module) struct Delays {
    latency: Latency,
    random: fastrand::Rng,
    /// The commands whose outcome is a URC, and the earliest time of it.
    outcomes: Vec<(&'static str, Duration)>,
}

impl Delays {
    /// Begins with the first random number of the seed.
    pub(in crate::module) fn new(latency: Latency) -> Self {
        Delays {
            random: fastrand::Rng::with_seed(latency.seed),
            latency,
            outcomes: Vec::new(),
        }
    }

    /// Draws the delay of the answer to a command, the first of its line or not; `None` is the line without one. The
    /// outcome of a command may be the URC behind its answer: then the URC has the command's own delay.
    pub(in crate::module) fn draw_answer(
        &mut self,
        now: Duration,
        dialect: &Dialect,
        command: Option<&AtCommand<'_>>,
        is_first: bool,
    ) -> Duration {
        if let Some(AtCommand::Extended { name, form }) = command
            && let Some(command) = dialect.command_named(name)
            && let Some(own) = self.draw_command(command.name)
        {
            if !is_reported_by_urc(command, form) {
                return own;
            }
            self.delay_outcome(command.name, now.saturating_add(own));
        }
        if is_first {
            self.latency.response.draw(&mut self.random)
        } else {
            Duration::ZERO
        }
    }

    /// Tells whether a URC keeps its distance from a final result.
    pub(in crate::module) fn separates_urcs(&self) -> bool {
        !self.latency.urc_delay().is_none()
    }

    /// Draws the delay between a final result and a URC.
    pub(in crate::module) fn draw_urc(&mut self) -> Duration {
        self.latency.urc_delay().draw(&mut self.random)
    }

    /// Draws the delay of a command that has its own.
    fn draw_command(&mut self, name: &str) -> Option<Duration> {
        let mut own = self.latency.commands.iter();
        let (_, delay) = own.find(|(known, _)| known.eq_ignore_ascii_case(name))?;
        Some(delay.draw(&mut self.random))
    }

    /// Remembers the earliest time of the URC that reports a command.
    fn delay_outcome(&mut self, name: &'static str, at: Duration) {
        self.outcomes.retain(|(known, _)| *known != name);
        self.outcomes.push((name, at));
    }

    /// Returns the earliest time of a URC: it is known by its name as the outcome of a command, once.
    pub(in crate::module) fn take_outcome(&mut self, urc: &[u8]) -> Option<Duration> {
        let name = urc.split(|byte| *byte == b':').next().unwrap_or(urc);
        let of_urc = |(known, _): &(&str, Duration)| known.as_bytes() == name;
        let index = self.outcomes.iter().position(of_urc)?;
        Some(self.outcomes.swap_remove(index).1)
    }
}

/// Tells whether the outcome of a command comes in a URC behind its `OK`.
fn is_reported_by_urc(command: &'static Command, form: &Form<'_>) -> bool {
    let values = match form {
        Form::Execute => Ok(Vec::new()),
        Form::Write(tokens) => command.accept(tokens),
        Form::Read | Form::Test => return false,
    };
    let formats = values.map(|values| command.shape(&values));
    matches!(
        formats,
        Ok(ResponseFormat::ResultUrc | ResponseFormat::ResultPayloadUrc(_))
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_urc_of_a_command_is_known_by_its_name_once() {
        let latency = "+QFTPOPEN=1s".parse().expect("a latency");
        let mut delays = Delays::new(latency);
        let second = Duration::from_secs(1);
        assert_eq!(delays.draw_command("+QFTPPWD"), None);
        assert_eq!(delays.draw_command("+QFTPOPEN"), Some(second));
        delays.delay_outcome("+QFTPOPEN", second);
        delays.delay_outcome("+QFTPOPEN", second * 2);
        assert_eq!(delays.take_outcome(b"+QIURC: \"pdpdeact\",1"), None);
        assert_eq!(delays.take_outcome(b"+QFTPOPEN:0"), Some(second * 2));
        assert_eq!(delays.take_outcome(b"+QFTPOPEN:0"), None);
    }
}
