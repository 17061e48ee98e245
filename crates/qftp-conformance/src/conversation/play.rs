//! Types a conversation at a module and compares every byte that comes back.

use std::fmt;
use std::time::Duration;

use qftp::dialect::Family;
use qftp::internal::at::{self, AtCommand};

use super::expected::{Match, Piece, compare, pieces};
use super::{Bytes, Check, Conversation, LineEvent, Scene, Step};

/// Longer than the silence that `+++` wants on either side (002 §1.2.2).
const SILENCE: Duration = Duration::from_millis(1100);

/// Returns the commands of a login, with the answers (002 §3.1, 001 §4.1, 003 §3.1); `{n}` and the like may stand in it.
pub fn login(family: Family) -> &'static str {
    match family {
        Family::Lte => {
            "> AT+QIACT=1\n< OK\n> AT+QFTPCFG=\"account\",\"test\",\"test\"\n< OK\n\
             > AT+QFTPOPEN=\"quectel.3322.org\",21\n< OK\n<\n< +QFTPOPEN: 0,0\n"
        }
        Family::Gsm => {
            "> AT+QFTPUSER=\"test\"\n< OK\n> AT+QFTPPASS=\"test\"\n< OK\n\
             > AT+QFTPOPEN=\"quectel.3322.org\",21\n< OK\n<\n< +QFTPOPEN:0\n"
        }
        Family::Fibocom => {
            "> AT+MIPCALL=1,\"CTNET\"\n< OK\n<\n< +MIPCALL: {ip}\n\
             > AT+FTPOPEN=\"111.231.250.105\",\"db\",\"db\"\n< OK\n<\n< +FTPOPEN: 1\n"
        }
    }
}

/// A module at the other end of a line, and the places around it.
pub trait Terminal {
    /// Returns the family of the module's FTP commands.
    fn family(&self) -> Family {
        Family::Lte
    }
    /// Returns the lines of a login, as a file writes them.
    fn login(&self) -> String {
        login(self.family()).to_owned()
    }
    /// Sends bytes to the module.
    fn write(&mut self, bytes: &[u8]);
    /// Returns what has come from the module; waits for it within reason. Nothing means that nothing will come.
    fn read(&mut self) -> Vec<u8>;
    /// Returns what comes behind something that was not to come; waits for it a moment.
    fn read_behind(&mut self) -> Vec<u8> {
        self.read()
    }
    /// Returns what has come besides, where nothing more is to come.
    fn rest(&mut self) -> Vec<u8> {
        self.read()
    }
    /// Sends nothing for a time.
    fn silence(&mut self, time: Duration);
    /// Performs an event outside the line; returns `false` if this terminal cannot perform it.
    fn happen(&mut self, line_event: LineEvent) -> bool;
    /// Puts something in its place before the start; `false` if this terminal has no such place.
    fn prepare(&mut self, scene: &Scene) -> bool;
    /// Returns what a file on the server holds.
    fn server_file(&mut self, path: &str) -> Option<Vec<u8>>;
    /// Returns what a file in the module's store holds.
    fn store_file(&mut self, name: &str) -> Option<Vec<u8>>;
    /// Adapts a typed line to this terminal, which has another host, port or account than the manual.
    fn adapt(&self, line: &str) -> String {
        line.to_owned()
    }
}

/// Tells how a conversation ended.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Ending {
    /// Everything came as it stands there.
    AsPrinted,
    /// The terminal cannot do all of it; what was left was not played.
    Cannot,
    /// Something else came.
    Differs(Difference),
}

/// Tells where a conversation went another way.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Difference {
    /// Is the step before it, as a file writes it: `> AT+QFTPPWD`; empty at the start.
    pub after: String,
    /// Holds the bytes that were to come, with `{any}`, `{n}` and `{ip}` for what may be anything.
    pub expected: String,
    /// Holds the bytes that came, escaped.
    pub came: String,
    /// Counts the bytes that are alike.
    pub alike: usize,
}

impl fmt::Display for Difference {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "after:    {}\nexpected: {}\ncame:     {}\nalike up to byte {}",
            self.after, self.expected, self.came, self.alike
        )
    }
}

/// Ends a conversation before its last step.
enum Stop {
    Cannot,
    Differs(Difference),
}

/// Plays a conversation.
pub fn play(conversation: &Conversation, terminal: &mut dyn Terminal) -> Ending {
    let mut player = Player {
        terminal,
        seen: Vec::new(),
        echo: true,
        number: None,
        after: String::new(),
    };
    match player.run(conversation) {
        Ok(()) => Ending::AsPrinted,
        Err(Stop::Cannot) => Ending::Cannot,
        Err(Stop::Differs(difference)) => Ending::Differs(difference),
    }
}

struct Player<'a> {
    terminal: &'a mut dyn Terminal,
    /// Came, and not compared yet.
    seen: Vec<u8>,
    echo: bool,
    /// The value of `{n}`.
    number: Option<usize>,
    /// The last input step, as a file writes it.
    after: String,
}

impl Player<'_> {
    fn run(&mut self, conversation: &Conversation) -> Result<(), Stop> {
        for scene in &conversation.scene {
            match scene {
                Scene::Login => self.login()?,
                _ if self.terminal.prepare(scene) => {}
                _ => return Err(Stop::Cannot),
            }
        }
        self.steps(&conversation.steps)
    }

    fn login(&mut self) -> Result<(), Stop> {
        let login = self.terminal.login();
        let login = super::parse::conversations("log in", &format!("## log in\n{login}"));
        login.iter().try_for_each(|login| self.steps(&login.steps))
    }

    fn steps(&mut self, steps: &[Step]) -> Result<(), Stop> {
        let mut rest = steps;
        while let Some((input, after)) = rest.split_first() {
            let (input, after) = match pieces(input) {
                // An answer without a question: after a pause, or a URC.
                Some(_) => (None, rest),
                None => (Some(input), after),
            };
            let outputs = after.iter().take_while(|step| pieces(step).is_some());
            let mut expected: Vec<Piece> = Vec::new();
            let mut count = 0;
            for output in outputs {
                count += 1;
                expected.extend(pieces(output).unwrap_or_default());
            }
            if let Some(input) = input {
                self.after = written(input);
                expected.insert(0, Piece::Exactly(self.input(input)?));
            }
            self.expect(&expected)?;
            rest = &after[count..];
        }
        self.seen.extend(self.terminal.rest());
        if self.seen.is_empty() {
            return Ok(());
        }
        Err(self.differs("nothing more".into(), 0))
    }

    fn differs(&mut self, expected: String, alike: usize) -> Stop {
        Stop::Differs(Difference {
            after: self.after.clone(),
            expected,
            came: self.seen.escape_ascii().to_string(),
            alike,
        })
    }

    /// Does an input step; returns its echo.
    fn input(&mut self, step: &Step) -> Result<Vec<u8>, Stop> {
        match step {
            Step::Type(line) => return Ok(self.type_line(line)),
            Step::Send(bytes) => self.terminal.write(&bytes.bytes()),
            Step::Happen(LineEvent::Escape) => {
                self.terminal.silence(SILENCE);
                self.terminal.write(b"+++");
                self.terminal.silence(SILENCE);
            }
            Step::Happen(LineEvent::Wait(time)) => self.terminal.silence(*time),
            Step::Happen(line_event) => {
                if !self.terminal.happen(*line_event) {
                    return Err(Stop::Cannot);
                }
            }
            Step::Check(check) => self.check(check)?,
            Step::Answer(_) | Step::Receive(_) | Step::ReceiveAny | Step::Outcome(_) => {}
        }
        Ok(Vec::new())
    }

    fn type_line(&mut self, line: &str) -> Vec<u8> {
        let mut typed = self.terminal.adapt(line);
        if let Some(number) = self.number {
            typed = typed.replace("{n}", &number.to_string());
        }
        let mut typed = typed.into_bytes();
        let command = line.to_ascii_uppercase();
        if command.contains("+QFTP") || command.contains("+FTP") {
            self.number = None;
        }
        let echo = self.echo;
        for call in at::parse_line(&typed).0 {
            if let AtCommand::Basic { name, number } = call {
                match name {
                    [b'E', 0] => self.echo = number == Some(1),
                    [b'Z', 0] | [b'&', b'F'] => self.echo = true,
                    _ => {}
                }
            }
        }
        // `A/` has no end of its own.
        if !typed.eq_ignore_ascii_case(b"A/") {
            typed.push(b'\r');
        }
        self.terminal.write(&typed);
        if echo { typed } else { Vec::new() }
    }

    fn check(&mut self, check: &Check) -> Result<(), Stop> {
        let (name, found, expected) = match check {
            Check::Server(path, expected) => (path, self.terminal.server_file(path), expected),
            Check::Store(name, expected) => (name, self.terminal.store_file(name), expected),
        };
        let show = |bytes: Option<Vec<u8>>| match bytes {
            Some(bytes) => format!("{name} {}", bytes.escape_ascii()),
            None => format!("no {name}"),
        };
        let expected = expected.as_ref().map(Bytes::bytes);
        if found == expected {
            return Ok(());
        }
        Err(Stop::Differs(Difference {
            after: self.after.clone(),
            expected: show(expected),
            came: show(found),
            alike: 0,
        }))
    }

    fn expect(&mut self, expected: &[Piece]) -> Result<(), Stop> {
        loop {
            let matched = compare(expected, &self.seen, self.number);
            if let Match::Whole(length, number) = matched {
                self.seen.drain(..length);
                self.number = number;
                return Ok(());
            }
            let more = match matched {
                Match::Not(_) => self.terminal.read_behind(),
                Match::Whole(..) | Match::Partly => self.terminal.read(),
            };
            if more.is_empty() || matches!(matched, Match::Not(_)) {
                self.seen.extend(more);
                let alike = match matched {
                    Match::Not(at) => at,
                    Match::Whole(..) | Match::Partly => self.seen.len(),
                };
                return Err(self.differs(show(expected), alike));
            }
            self.seen.extend(more);
        }
    }
}

/// Returns an input step as a file writes it; of payload, its length.
fn written(step: &Step) -> String {
    match step {
        Step::Type(line) => format!("> {line}"),
        Step::Send(bytes) => format!(">> {} bytes", bytes.bytes().len()),
        Step::Happen(event) => format!("! {event}"),
        Step::Check(Check::Server(name, _)) => format!("? server {name}"),
        Step::Check(Check::Store(name, _)) => format!("? store {name}"),
        Step::Answer(_) | Step::Receive(_) | Step::ReceiveAny | Step::Outcome(_) => String::new(),
    }
}

fn show(expected: &[Piece]) -> String {
    let text = |piece: &Piece| match piece {
        Piece::Exactly(bytes) => bytes.escape_ascii().to_string(),
        Piece::Any => "{any}".into(),
        Piece::Number => "{n}".into(),
        Piece::Address => "{ip}".into(),
    };
    expected.iter().map(text).collect()
}
