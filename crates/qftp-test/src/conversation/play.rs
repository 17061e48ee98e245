//! Types a conversation at a module and compares every byte that comes back.

use std::time::Duration;

use qftp::dialect::Family;
use qftp::internal::at::{self, AtCommand};

use super::expected::{Match, Piece, compare, pieces};
use super::{Check, Conversation, LineEvent, Scene, Step};

/// Longer than the silence that `+++` wants on either side (002 §1.2.2).
const SILENCE: Duration = Duration::from_millis(1100);

/// Returns the commands of a login, with the answers (002 §3.1, 001 §4.1, 003 §3.1); `{n}` and the like may stand in it.
fn login(family: Family) -> &'static str {
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
    /// Sends bytes to the module.
    fn write(&mut self, bytes: &[u8]);
    /// Returns what has come from the module; waits for it within reason. Nothing means that nothing will come.
    fn read(&mut self) -> Vec<u8>;
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

/// Plays a conversation. `false`: this terminal cannot do all of it, and what was left was not played.
pub fn play(conversation: &Conversation, terminal: &mut dyn Terminal) -> bool {
    let mut player = Player {
        title: &conversation.title,
        terminal,
        seen: Vec::new(),
        echo: true,
        number: None,
    };
    for scene in &conversation.scene {
        let done = match scene {
            Scene::Login => player.login(),
            _ => player.terminal.prepare(scene),
        };
        if !done {
            return false;
        }
    }
    player.steps(&conversation.steps)
}

struct Player<'a> {
    title: &'a str,
    terminal: &'a mut dyn Terminal,
    /// Came, and not compared yet.
    seen: Vec<u8>,
    echo: bool,
    /// The value of `{n}`.
    number: Option<usize>,
}

impl Player<'_> {
    fn login(&mut self) -> bool {
        let login = login(self.terminal.family());
        let login = super::conversations("log in", &format!("## {}\n{login}", self.title));
        login.iter().all(|login| self.steps(&login.steps))
    }

    fn steps(&mut self, steps: &[Step]) -> bool {
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
            match input.map(|input| self.input(input)) {
                Some(None) => return false,
                Some(Some(echo)) => expected.insert(0, Piece::Exactly(echo)),
                None => {}
            }
            self.expect(&expected);
            rest = &after[count..];
        }
        self.seen.extend(self.terminal.rest());
        assert!(
            self.seen.is_empty(),
            "{}: came besides: {}",
            self.title,
            self.seen.escape_ascii()
        );
        true
    }

    /// Does an input step; returns its echo, or nothing if it cannot be done.
    fn input(&mut self, step: &Step) -> Option<Vec<u8>> {
        match step {
            Step::Type(line) => return Some(self.type_line(line)),
            Step::Send(bytes) => self.terminal.write(&bytes.bytes()),
            Step::Happen(LineEvent::Escape) => {
                self.terminal.silence(SILENCE);
                self.terminal.write(b"+++");
                self.terminal.silence(SILENCE);
            }
            Step::Happen(LineEvent::Wait(time)) => self.terminal.silence(*time),
            Step::Happen(line_event) => {
                if !self.terminal.happen(*line_event) {
                    return None;
                }
            }
            Step::Check(check) => self.check(check),
            Step::Answer(_) | Step::Receive(_) | Step::ReceiveAny | Step::Outcome(_) => {}
        }
        Some(Vec::new())
    }

    fn type_line(&mut self, line: &str) -> Vec<u8> {
        let mut typed = self.terminal.adapt(line).into_bytes();
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

    fn check(&mut self, check: &Check) {
        let (name, found, expected) = match check {
            Check::Server(path, expected) => (path, self.terminal.server_file(path), expected),
            Check::Store(name, expected) => (name, self.terminal.store_file(name), expected),
        };
        let show = |bytes: Vec<u8>| bytes.escape_ascii().to_string();
        assert_eq!(
            found.map(show),
            expected.as_ref().map(|bytes| show(bytes.bytes())),
            "{}: {name}",
            self.title
        );
    }

    fn expect(&mut self, expected: &[Piece]) {
        loop {
            let matched = compare(expected, &self.seen, self.number);
            if let Match::Whole(length, number) = matched {
                self.seen.drain(..length);
                self.number = number;
                return;
            }
            let more = self.terminal.read();
            if more.is_empty() || matches!(matched, Match::Not(_)) {
                self.seen.extend(more);
                let at = match matched {
                    Match::Not(at) => at,
                    Match::Whole(..) | Match::Partly => self.seen.len(),
                };
                panic!(
                    "{}\nexpected: {}\nseen:     {}\nalike up to byte {at}",
                    self.title,
                    show(expected),
                    self.seen.escape_ascii()
                );
            }
            self.seen.extend(more);
        }
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
