//! One module on its port: plays cases at it, each from a known state on.

use std::collections::BTreeMap;
use std::net::SocketAddr;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

use qftp::connect::{self, PortUrl};
use qftp::dialect::{CommandKind, Dialect};
use qftp::port::Port;
use qftp::record::Recorder;
use qftp_conformance::conversation::play::{Difference, Ending, play};
use qftp_conformance::conversation::{Conversation, Step};
use qftp_conformance::plan::Case;

use super::login_line::ServerPlace;
use super::needs;
use super::own_server::OwnServer;
use super::recorded_port::RecordedPort;
use super::reset::{self, Reset};
use super::same::normalized;
use super::server::CheckServer;
use super::terminal::{Patience, PortTerminal};
use super::user_server::UserServer;
use super::verdict::{CaseResult, Verdict};
use crate::account::Account;
use crate::interrupt::Interrupt;
use crate::problem::Problem;
use crate::target::Target;

/// An emulator inside the program answers at once.
const EMULATOR: Patience = Patience {
    answer: Duration::from_secs(5),
    rest: Duration::from_millis(100),
    settle: Duration::from_millis(250),
};
/// So often a case with events is played before it differs; each try that differed is reported.
const TRIES: usize = 3;
/// A module behind a line takes this long for what comes behind an answer.
const MODULE_REST: Duration = Duration::from_millis(400);

/// The server of the module.
#[derive(Clone)]
pub(super) enum ServerChoice {
    /// The program's own, at this address and this port for TLS; the module calls it by this name.
    Own(SocketAddr, u16, Option<String>),
    User(Box<Target>, Account),
    None,
}

/// A module on its port, and the manner of playing at it.
pub(super) struct Bench<'a> {
    pub(super) url: String,
    pub(super) dialect: &'static Dialect,
    pub(super) reset: Reset,
    pub(super) server: ServerChoice,
    /// The time that a module on a line gets for an answer.
    pub(super) answer: Duration,
    pub(super) jobs: usize,
    pub(super) verbose: bool,
    pub(super) recorder: Option<Recorder>,
    pub(super) interrupt: &'a Interrupt,
}

/// A case, and why it is not to be played.
pub(super) struct Planned {
    pub(super) case: Case,
    pub(super) skipped: Option<String>,
}

impl Bench<'_> {
    /// Returns true for an emulator inside the program: each case has one of its own.
    pub(super) fn is_emulator(&self) -> bool {
        self.kind() == "emulator"
    }

    fn kind(&self) -> &'static str {
        PortUrl::parse(&self.url).map_or("", |url| url.kind())
    }

    /// Plays all cases, several at a time where each has a module of its own.
    pub(super) fn run(&self, planned: &[Planned]) -> Result<Vec<CaseResult>, Problem> {
        let next = AtomicUsize::new(0);
        let results: Mutex<BTreeMap<usize, CaseResult>> = Mutex::default();
        let jobs = if self.is_emulator() { self.jobs } else { 1 };
        let work = || -> Result<(), Problem> {
            let mut station = Station::new(self)?;
            loop {
                let index = next.fetch_add(1, Ordering::Relaxed);
                let Some(planned) = planned.get(index) else {
                    return Ok(());
                };
                if self.interrupt.asked() {
                    return Ok(());
                }
                let result = station.result(planned);
                let mut results = results.lock().unwrap_or_else(PoisonError::into_inner);
                results.insert(index, result);
            }
        };
        std::thread::scope(|scope| {
            let workers: Vec<_> = (0..jobs.max(1)).map(|_| scope.spawn(work)).collect();
            let ends = workers.into_iter().map(|worker| match worker.join() {
                Ok(end) => end,
                Err(panic) => std::panic::resume_unwind(panic),
            });
            ends.collect::<Result<Vec<()>, Problem>>()
        })?;
        let results = results.into_inner().unwrap_or_else(PoisonError::into_inner);
        Ok(results.into_values().collect())
    }

    /// Plays conversations that show something, and returns true if all come as they stand there. Those that cannot be
    /// played here do not count.
    pub(super) fn shows(&self, conversations: &[Conversation]) -> Result<bool, Problem> {
        let mut station = Station::new(self)?;
        let mut shown = 0;
        for one in conversations {
            match station.play(one).verdict {
                Verdict::AsPrinted => shown += 1,
                Verdict::NotRun(_) => {}
                Verdict::Differs(_) | Verdict::NotSupported(_) | Verdict::Failed(_) => {
                    return Ok(false);
                }
            }
        }
        Ok(shown > 0)
    }

    fn open_port(&self) -> Result<Box<dyn Port>, String> {
        let port = connect::open(&self.url).map_err(|error| error.to_string())?;
        Ok(match &self.recorder {
            Some(recorder) => Box::new(RecordedPort::new(port, recorder.clone())),
            None => port,
        })
    }

    /// Adds a remark to the record, if there is one.
    fn note(&self, text: &str) {
        if let Some(recorder) = &self.recorder {
            recorder.note(text);
        }
    }

    fn make_server(&self) -> Result<CheckServer, Problem> {
        Ok(match &self.server {
            ServerChoice::None => CheckServer::None,
            ServerChoice::Own(address, tls_port, name) => {
                let server = OwnServer::start(*address, *tls_port).map_err(|error| {
                    let what = format!("cannot listen on {address}: {error}");
                    Problem::usage(what).hint("give --listen an address of this machine")
                })?;
                let host = name.clone();
                let place = ServerPlace {
                    host: host.unwrap_or_else(|| server.address.ip().to_string()),
                    port: server.address.port(),
                    tls_port: server.tls_port,
                };
                CheckServer::Own(server, place)
            }
            ServerChoice::User(target, account) => {
                let server = UserServer::open(target, account).map_err(|reason| {
                    Problem::usage(format!("the server cannot serve the check: {reason}"))
                })?;
                CheckServer::User(Box::new(server))
            }
        })
    }
}

/// The things of one worker: a server, and a port that stays open between two cases of a module on a line.
struct Station<'a> {
    bench: &'a Bench<'a>,
    server: CheckServer,
    port: Option<Box<dyn Port>>,
    /// Commands that were typed once, and whether the module took them.
    known: BTreeMap<String, bool>,
}

/// One conversation, played.
struct Played {
    verdict: Verdict,
    heard: String,
}

impl<'a> Station<'a> {
    fn new(bench: &'a Bench<'a>) -> Result<Self, Problem> {
        Ok(Station {
            bench,
            server: bench.make_server()?,
            port: None,
            known: BTreeMap::new(),
        })
    }

    fn result(&mut self, planned: &Planned) -> CaseResult {
        let case = &planned.case;
        if let Some(reason) = &planned.skipped {
            return CaseResult::new(case, Verdict::NotRun(reason.clone()));
        }
        self.bench.note(&format!("case {}", case.name));
        let start = Instant::now();
        let mut result = CaseResult::new(case, Verdict::AsPrinted);
        for one in &case.conversations {
            let played = self.play_on_time(one, &mut result.earlier);
            result.heard.push_str(&played.heard);
            result.verdict = played.verdict;
            if result.verdict != Verdict::AsPrinted {
                break;
            }
        }
        result.time = start.elapsed();
        result
    }

    /// Plays one conversation. One with events is played again where it differs, since this machine may have been late;
    /// what came before goes to `earlier`.
    fn play_on_time(
        &mut self,
        conversation: &Conversation,
        earlier: &mut Vec<Difference>,
    ) -> Played {
        let happens = |step: &Step| matches!(step, Step::Happen(_));
        let has_events = conversation.steps.iter().any(happens);
        let mut played = self.play(conversation);
        for _ in 1..TRIES {
            let Verdict::Differs(difference) = &played.verdict else {
                break;
            };
            if !has_events {
                break;
            }
            earlier.push(difference.clone());
            played = self.play(conversation);
        }
        played
    }

    /// Plays one conversation from a known state on.
    fn play(&mut self, conversation: &Conversation) -> Played {
        let ended = |verdict| Played {
            verdict,
            heard: String::new(),
        };
        let not_run = |reason| ended(Verdict::NotRun(reason));
        let dialect = self.bench.dialect;
        let adapted = match self.server.adapt(dialect, conversation) {
            Ok(adapted) => adapted,
            Err(reason) => return not_run(reason),
        };
        if let Err(reason) = self.server.clear() {
            let reason = format!("the server cannot be cleared: {reason}");
            return ended(Verdict::Failed(reason));
        }
        if needs::card(conversation) && !self.has_card() {
            return not_run("the module has no memory card".into());
        }
        if needs::plain_transcript(conversation) {
            return not_run(
                "it shows lines to the server that each module words in its way".into(),
            );
        }
        let place = self.server.place().cloned();
        let interrupt = self.bench.interrupt;
        let mut terminal = match self.terminal() {
            Ok(terminal) => terminal,
            Err(_) if interrupt.asked() => return not_run("interrupted".into()),
            Err(reason) => return ended(Verdict::Failed(reason)),
        };
        let ending = play(&adapted, &mut terminal);
        let heard = normalized(&terminal.heard, place.as_ref());
        let (cannot, failed) = (terminal.cannot.take(), terminal.failed.take());
        let port = terminal.port;
        self.port = (!self.bench.is_emulator() && failed.is_none()).then_some(port);
        let verdict = match (failed, ending) {
            _ if self.bench.interrupt.asked() => Verdict::NotRun("interrupted".into()),
            (Some(failed), _) => Verdict::Failed(failed),
            (None, Ending::AsPrinted) => Verdict::AsPrinted,
            (None, Ending::Cannot) => {
                Verdict::NotRun(cannot.unwrap_or_else(|| "it cannot be played here".into()))
            }
            (None, Ending::Differs(difference)) => self.judge(difference),
        };
        Played { verdict, heard }
    }

    /// Opens the port, or takes the one that is open, and brings the module to its start.
    fn terminal(&mut self) -> Result<PortTerminal<'_>, String> {
        let bench = self.bench;
        let opened = match self.port.take() {
            Some(port) => port,
            None => bench.open_port()?,
        };
        let is_emulator = bench.is_emulator();
        let patience = if is_emulator {
            EMULATOR
        } else {
            Patience {
                answer: bench.answer,
                rest: MODULE_REST,
                settle: MODULE_REST,
            }
        };
        let mut terminal = PortTerminal {
            port: opened,
            dialect: bench.dialect,
            server: &mut self.server,
            patience,
            has_dtr: matches!(bench.kind(), "emulator" | "serial" | "rfc2217" | "spy"),
            verbose: bench.verbose,
            interrupt: bench.interrupt,
            heard: Vec::new(),
            cannot: None,
            failed: None,
        };
        if !is_emulator {
            reset::apply(&mut terminal, bench.reset)?;
            terminal.heard.clear();
        }
        Ok(terminal)
    }

    /// Tells a command that the module lacks from one that it answers in another way.
    fn judge(&mut self, difference: Difference) -> Verdict {
        let refused = difference.came.contains("ERROR");
        let command = refused.then(|| command(&difference.after)).flatten();
        match command {
            Some(command) if !self.knows(&command) => Verdict::NotSupported(command),
            _ => Verdict::Differs(difference),
        }
    }

    /// Asks for the space of the card.
    fn has_card(&mut self) -> bool {
        let Some(command) = self.bench.dialect.command(CommandKind::FileSpace) else {
            return true;
        };
        self.answers(&format!("{}=\"SD\"", command.name))
    }

    /// Asks by the test form, where the table has one.
    fn knows(&mut self, name: &str) -> bool {
        let row = self.bench.dialect.command_named(name.as_bytes());
        if row.is_none_or(|row| row.test.is_none()) {
            return true;
        }
        self.answers(&format!("{name}=?"))
    }

    /// Types a command once, and returns true if its answer is no error.
    fn answers(&mut self, command: &str) -> bool {
        if let Some(known) = self.known.get(command) {
            return *known;
        }
        let is_emulator = self.bench.is_emulator();
        let Ok(mut terminal) = self.terminal() else {
            return true;
        };
        let answer = terminal.ask(&format!("AT{command}"), &["OK\r\n", "ERROR"]);
        let port = terminal.port;
        self.port = (!is_emulator).then_some(port);
        let known = !answer.contains("ERROR");
        self.known.insert(command.to_owned(), known);
        known
    }
}

/// Returns the command of a step as a file writes it, `> AT+QFTPPWD=...`.
fn command(step: &str) -> Option<String> {
    let rest = step.strip_prefix("> AT")?;
    let end = rest
        .find(|letter: char| !letter.is_ascii_alphanumeric() && letter != '+')
        .unwrap_or(rest.len());
    let name = &rest[..end];
    name.starts_with('+').then(|| name.to_ascii_uppercase())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_command_of_a_step() {
        assert_eq!(command("> AT+QFTPPWD").as_deref(), Some("+QFTPPWD"));
        assert_eq!(command("> AT+qftpget=\"a\"").as_deref(), Some("+QFTPGET"));
        assert_eq!(command("> ATE0"), None);
        assert_eq!(command(">> 5 bytes"), None);
    }
}
