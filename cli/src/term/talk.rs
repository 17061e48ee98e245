//! The conversation of a terminal with the module on its port.

use std::fs::File;
use std::io::Read;
use std::path::Path;
use std::time::{Duration, Instant};

use qftp::client::Error;
use qftp::port::Port;

use super::lines::{Lines, ModuleLine, ResultCode, result_code};
use super::log_file::LogFile;
use super::view::View;
use crate::exit::Phase;
use crate::problem::Problem;

/// The longest wait for the port, after which it looks at what else there is.
const SLICE: Duration = Duration::from_millis(20);
/// The silence after which a line without an end is shown: a prompt.
const PROMPT_SILENCE: Duration = Duration::from_millis(200);
/// The silence around `+++`: the guard time S12 of 1 s (V.250), and some more.
const GUARD: Duration = Duration::from_millis(1100);

/// A port, and what is known of its line.
pub(super) struct Talk {
    port: Box<dyn Port>,
    lines: Lines,
    view: View,
    log: Option<LogFile>,
    begun: Instant,
    last_byte: Instant,
    /// A command was sent, and no result code has come.
    waits: bool,
}

/// A line that came, as it is shown.
pub(super) struct Shown {
    pub(super) line: ModuleLine,
    pub(super) text: String,
    pub(super) result: Option<ResultCode>,
}

impl Talk {
    pub(super) fn new(port: Box<dyn Port>, view: View, log: Option<LogFile>) -> Self {
        let now = Instant::now();
        Talk {
            port,
            lines: Lines::default(),
            view,
            log,
            begun: now,
            last_byte: now,
            waits: false,
        }
    }

    /// Reads what comes within a short time.
    pub(super) fn read(&mut self) -> Result<Vec<Shown>, Problem> {
        let mut buffer = [0; 4096];
        let count = self.port.read(&mut buffer, SLICE).map_err(broken)?;
        let mut lines = self.lines.push(&buffer[..count]);
        let now = Instant::now();
        if count > 0 {
            self.last_byte = now;
        } else if self.lines.is_open() && now - self.last_byte >= PROMPT_SILENCE {
            lines.extend(self.lines.end());
        }
        lines.into_iter().map(|line| self.take(line)).collect()
    }

    fn take(&mut self, line: ModuleLine) -> Result<Shown, Problem> {
        if let Some(log) = &mut self.log {
            log.line('<', &line.text)?;
        }
        let result = result_code(&line.text).filter(|_| !line.is_echo);
        let text = self.view.line(self.begun.elapsed(), &line, !self.waits);
        if result.is_some() {
            self.waits = false;
        }
        Ok(Shown { line, text, result })
    }

    /// Sends a line with CR.
    pub(super) fn line(&mut self, line: &[u8]) -> Result<(), Problem> {
        self.note(line)?;
        self.lines.note_typed(line);
        self.waits = !line.is_empty();
        let mut bytes = line.to_vec();
        bytes.push(b'\r');
        self.write(&bytes)
    }

    /// Sends bytes as they are.
    pub(super) fn bytes(&mut self, bytes: &[u8]) -> Result<(), Problem> {
        self.note(bytes)?;
        self.write(bytes)
    }

    /// Sends a file as it is, and returns its size.
    pub(super) fn file(&mut self, path: &Path) -> Result<u64, Problem> {
        let read = |error: std::io::Error| Problem::read(path, &error);
        let mut file = File::open(path).map_err(read)?;
        let mut buffer = [0; 4096];
        let mut sent = 0;
        loop {
            let count = file.read(&mut buffer).map_err(read)?;
            if count == 0 {
                break;
            }
            self.write(&buffer[..count])?;
            sent += count as u64;
        }
        self.note(format!("({sent} bytes)").as_bytes())?;
        Ok(sent)
    }

    /// Leaves data mode. `show` shows what comes meanwhile.
    pub(super) fn escape(
        &mut self,
        mut show: impl FnMut(Shown) -> Result<(), Problem>,
    ) -> Result<(), Problem> {
        self.listen(GUARD, &mut show)?;
        self.note(b"+++")?;
        self.write(b"+++")?;
        self.listen(GUARD, &mut show)
    }

    /// Shows what comes for so long.
    pub(super) fn listen(
        &mut self,
        time: Duration,
        show: &mut impl FnMut(Shown) -> Result<(), Problem>,
    ) -> Result<(), Problem> {
        let end = Instant::now() + time;
        while Instant::now() < end {
            for shown in self.read()? {
                show(shown)?;
            }
        }
        Ok(())
    }

    /// Raises or drops DTR.
    pub(super) fn dtr(&mut self, on: bool) -> Result<(), Problem> {
        self.port.set_dtr(on).map_err(broken)
    }

    fn note(&mut self, line: &[u8]) -> Result<(), Problem> {
        match &mut self.log {
            Some(log) => log.line('>', line),
            None => Ok(()),
        }
    }

    fn write(&mut self, mut bytes: &[u8]) -> Result<(), Problem> {
        /// No port without flow control is full for so long.
        const LONGEST: Duration = Duration::from_secs(30);
        let end = Instant::now() + LONGEST;
        while !bytes.is_empty() {
            let count = self.port.write(bytes, SLICE).map_err(broken)?;
            bytes = &bytes[count..];
            if count == 0 && Instant::now() >= end {
                let full = std::io::Error::other("the port takes nothing: flow control?");
                return Err(broken(full));
            }
        }
        Ok(())
    }
}

fn broken(error: std::io::Error) -> Problem {
    Problem::client(&Error::Line(error), Phase::Line)
}
