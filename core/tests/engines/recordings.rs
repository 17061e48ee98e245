//! What real modules said, and what working programs are written for, played to the host end: it must understand all
//! of it.
//!
//! `core/tests/FORMAT.md` describes their notation.
//!
//! What is typed is what the operation is about; the host writes its own command line for it. What it asks besides is
//! answered here. Names, addresses and contents are not those of the recordings, accounts are left out.

use std::collections::VecDeque;
use std::time::Duration;

use qftp::dialect::{self, Dialect, Family};
use qftp::host::{Answer, Event, FinalError, Host, HostError, Login, Operation};
use qftp::internal::at::{self, AtCommand, Form};
use qftp_test::conversation::expected::{Piece, pieces};
use qftp_test::conversation::replay::Asked;
use qftp_test::conversation::{Conversation, LineEvent, Step, files, parse};

/// What the host asks around an operation, and what it is told where the recording has nothing.
const ASIDES: &[(Family, &str, &str)] = &[
    (Family::Lte, "AT+CMEE?", "\r\n+CMEE: 1\r\n\r\nOK\r\n"),
    (
        Family::Lte,
        "AT+QFTPSTAT",
        "\r\nOK\r\n\r\n+QFTPSTAT: 0,4\r\n",
    ),
    (
        Family::Lte,
        "AT+QIACT?",
        "\r\n+QIACT: 1,1,1,\"192.0.2.7\"\r\n\r\nOK\r\n",
    ),
    (Family::Lte, "AT+QFTPCFG=", "\r\nOK\r\n"),
    (
        Family::Gsm,
        "AT+QFTPSTAT",
        "\r\n+QFTPSTAT: IDLE\r\n\r\nOK\r\n",
    ),
    (Family::Gsm, "AT+QFTPCFG=", "\r\nOK\r\n\r\n+QFTPCFG:0\r\n"),
    (Family::Gsm, "AT+QFTPUSER=", "\r\nOK\r\n"),
    (Family::Gsm, "AT+QFTPPASS=", "\r\nOK\r\n"),
    (Family::Gsm, "AT", "\r\nOK\r\n"),
    (
        Family::Fibocom,
        "AT+FTPOPEN?",
        "\r\n+FTPOPEN: 0\r\n\r\nOK\r\n",
    ),
    (
        Family::Fibocom,
        "AT+MIPCALL?",
        "\r\n+MIPCALL: 1,192.0.2.7\r\n\r\nOK\r\n",
    ),
    (Family::Fibocom, "AT+FTPMODE=", "\r\nOK\r\n"),
    // The login does without.
    (Family::Fibocom, "AT+FTPINFO=", "\r\nERROR\r\n"),
];

/// A host at the other end of a recording.
struct Listener<'a> {
    title: &'a str,
    dialect: &'static Dialect,
    host: Host,
    now: Duration,
    /// It reads the module in pieces of so many bytes.
    size: usize,
    /// Payload that it is to send.
    up: Vec<u8>,
    /// It has sent this, and nothing has been made of it.
    sent: Vec<u8>,
    down: Vec<u8>,
    urcs: VecDeque<String>,
    result: Option<Result<Answer, HostError>>,
}

impl Listener<'_> {
    fn play(&mut self, steps: &[Step]) {
        for (index, step) in steps.iter().enumerate() {
            match step {
                Step::Type(line) => self.typed(line, &steps[index + 1..]),
                Step::Send(bytes) => {
                    let (sent, expected) = (std::mem::take(&mut self.sent), bytes.bytes());
                    assert!(sent == expected, "{}: {}", self.title, sent.escape_ascii());
                }
                Step::Happen(LineEvent::Wait(time)) => self.wait(*time),
                Step::Happen(LineEvent::Abort) => {
                    self.host.abort(self.now);
                    self.drain();
                }
                Step::Outcome(printed) => self.outcome(printed),
                step => {
                    let printed =
                        pieces(step).unwrap_or_else(|| panic!("{}: {step:?}", self.title));
                    for piece in printed {
                        match piece {
                            Piece::Exactly(bytes) => self.hear(&bytes),
                            piece => panic!("{}: {piece:?}", self.title),
                        }
                    }
                }
            }
        }
        assert!(self.host.is_idle(), "{}: not over", self.title);
        assert_eq!(self.result, None, "{}", self.title);
        assert!(self.urcs.is_empty(), "{}: {:?}", self.title, self.urcs);
        assert!(self.down.is_empty(), "{}: came besides", self.title);
    }

    /// The host is to send this: of its own accord, or because it is asked to do what the line does.
    fn typed(&mut self, line: &str, after: &[Step]) {
        if self.host.is_idle() {
            let next = |step: &Step| matches!(step, Step::Type(_));
            let turn = &after[..after.iter().position(next).unwrap_or(after.len())];
            self.start(line, turn);
        }
        loop {
            let sent = self.line();
            if command_of(&sent) == command_of(line) {
                return;
            }
            self.answer_aside(&sent);
        }
    }

    fn start(&mut self, line: &str, turn: &[Step]) {
        // Operations borrow their names; one test line a command is no leak to speak of.
        let line: &'static str = line.to_owned().leak();
        for step in turn {
            if let Step::Send(bytes) = step {
                self.up.extend(bytes.content());
            }
        }
        let length = self.up.len() as u64;
        let login = login(line);
        let asked = Asked::new(self.dialect, line, turn);
        let operation = match (&login, &asked) {
            (Some(login), _) => Operation::Login(login),
            (None, _) if line == "+++" => Operation::Resync,
            (None, _) if line == "AT+QFTPPATH?" => Operation::WorkingDir,
            (None, _) if line == "AT+FTPOPEN?" => Operation::ServiceState,
            (None, Some(asked)) => asked.operation(line, length).expect(line),
            (None, None) => Operation::Raw(line.as_bytes()),
        };
        let started = self.host.start(self.now, operation);
        assert_eq!(started, Ok(()), "{}: {line}", self.title);
        self.drain();
    }

    /// The next line that the host sends; lets time pass until there is one.
    fn line(&mut self) -> String {
        while self.sent.is_empty() {
            self.pass();
        }
        let sent = String::from_utf8(std::mem::take(&mut self.sent)).expect("a line");
        // What spoils a line before it is no command.
        let line = sent.trim_matches('\r').rsplit('\r').next();
        line.unwrap_or_default().to_owned()
    }

    /// Answers what the recording has nothing about. A line of several commands is refused: each is answered by itself.
    fn answer_aside(&mut self, sent: &str) {
        if sent.contains(";+") {
            return self.hear(b"\r\nERROR\r\n");
        }
        let service = self.dialect.family;
        let aside = |(of, line, _): &&(Family, &str, &str)| {
            *of == service && command_of(line) == command_of(sent)
        };
        let Some((.., answer)) = ASIDES.iter().find(aside) else {
            panic!("{}: {sent}", self.title);
        };
        self.hear(answer.as_bytes());
    }

    fn hear(&mut self, bytes: &[u8]) {
        for piece in bytes.chunks(self.size) {
            self.host.handle_input(self.now, piece);
            self.drain();
        }
    }

    fn drain(&mut self) {
        loop {
            let mut wanted = false;
            while let Some(event) = self.host.poll_event() {
                match event {
                    Event::Data(data) => self.down.extend_from_slice(data),
                    Event::WantData => wanted = true,
                    Event::Done(result) => self.result = Some(result),
                    Event::Urc(line) => {
                        let line = String::from_utf8_lossy(line);
                        self.urcs.push_back(line.into_owned());
                    }
                    _ => {}
                }
            }
            if wanted {
                let count = self.host.supply(&self.up);
                self.up.drain(..count);
            }
            let Some(bytes) = self.host.poll_transmit().map(<[u8]>::to_vec) else {
                return;
            };
            self.sent.extend(&bytes);
            self.host.transmitted(self.now, bytes.len());
        }
    }

    /// On to the host's next deadline.
    fn pass(&mut self) {
        let at = self.host.poll_timeout();
        let at = at.unwrap_or_else(|| panic!("{}: the host waits for nothing", self.title));
        self.now = self.now.max(at);
        self.host.handle_timeout(self.now);
        self.drain();
    }

    /// Silence; the host must not lose its patience before it is over.
    fn wait(&mut self, time: Duration) {
        self.now += time;
        let patient = self.host.poll_timeout().is_none_or(|at| at > self.now);
        assert!(patient, "{}: gave up", self.title);
    }

    fn outcome(&mut self, printed: &str) {
        let (word, rest) = printed.split_once(' ').unwrap_or((printed, ""));
        match word {
            "urc" => assert_eq!(
                self.urcs.pop_front().as_deref(),
                Some(rest),
                "{}",
                self.title
            ),
            "gives" => {
                let expected = parse::bytes(rest).expect("bytes").content();
                let down = std::mem::take(&mut self.down);
                assert!(down == expected, "{}: {}", self.title, down.escape_ascii());
            }
            _ => {
                while self.result.is_none() {
                    if self.sent.is_empty() {
                        self.pass();
                    } else {
                        let sent = self.line();
                        self.answer_aside(&sent);
                    }
                }
                let result = self.result.take().map(|result| told(&result));
                assert_eq!(result.as_deref(), Some(printed), "{}", self.title);
            }
        }
    }
}

/// The command of a line, with its form.
fn command_of(line: &str) -> &str {
    let end = line.find(['=', '?']).map_or(line.len(), |end| end + 1);
    &line[..end]
}

/// A line that opens a session, as the operation that does.
fn login(line: &str) -> Option<Login> {
    let (calls, _) = at::parse_line(line.as_bytes());
    let [
        AtCommand::Extended {
            name,
            form: Form::Write(tokens),
        },
    ] = calls.as_slice()
    else {
        return None;
    };
    let text = |index: usize| tokens.get(index).map_or(&b""[..], |token| token.bytes());
    let number = |index: usize| std::str::from_utf8(text(index)).ok()?.parse().ok();
    let mut login = Login::new(text(0), "user", "password");
    match *name {
        b"+QFTPOPEN" => login.port = number(1)?,
        b"+FTPOPEN" => login.port = number(5).unwrap_or(21),
        _ => return None,
    }
    Some(login)
}

/// A result in the words of the recordings.
fn told(result: &Result<Answer, HostError>) -> String {
    match result {
        Ok(Answer::Done) => "done".into(),
        Ok(Answer::Number(number)) => number.to_string(),
        Ok(Answer::Text(text)) => format!("\"{}\"", text.escape_ascii()),
        Ok(Answer::State(state)) => format!("{state:?}").to_lowercase(),
        Ok(Answer::Lines(lines)) => lines.iter().fold("lines".into(), |told, line| {
            format!("{told} \"{}\"", String::from_utf8_lossy(line))
        }),
        Err(HostError::Module { code, reply, .. }) => match reply {
            Some(reply) => format!("failed {code} {reply}"),
            None => format!("failed {code}"),
        },
        Err(HostError::FinalError { final_error, .. }) => match final_error {
            FinalError::Cme(number) => format!("refused {number}"),
            FinalError::Text(text) => format!("refused \"{}\"", text.escape_ascii()),
            _ => "refused".into(),
        },
        Err(HostError::Restarted { .. }) => "restarted".into(),
        Err(HostError::Cancelled { bytes_confirmed }) => format!("cancelled {bytes_confirmed}"),
        Err(HostError::NoAnswer { .. }) => "no answer".into(),
        other => format!("{other:?}"),
    }
}

fn all() -> Vec<(&'static Dialect, Vec<Conversation>)> {
    let of = |dialect: &&'static Dialect| (*dialect, files("recordings", dialect.name));
    dialect::ALL.iter().map(of).collect()
}

#[test]
fn the_host_understands_every_recording_however_it_is_cut() {
    for size in [1, 2, 3, 7, 4096] {
        for (dialect, recordings) in all() {
            for recording in &recordings {
                let mut listener = Listener {
                    title: &recording.title,
                    dialect,
                    host: Host::new(dialect),
                    now: Duration::ZERO,
                    size,
                    up: Vec::new(),
                    sent: Vec::new(),
                    down: Vec::new(),
                    urcs: VecDeque::new(),
                    result: None,
                };
                listener.play(&recording.steps);
            }
        }
    }
}

/// Every operation of a recording says what came of it.
#[test]
fn every_recording_has_outcomes() {
    for (_, recordings) in all() {
        for recording in recordings {
            let count = |wanted: fn(&Step) -> bool| {
                let steps = recording.steps.iter();
                steps.filter(|step| wanted(step)).count()
            };
            let typed = count(|step| matches!(step, Step::Type(_)));
            let outcomes = count(|step| matches!(step, Step::Outcome(_)));
            assert!(typed > 0 && outcomes > 0, "{}", recording.title);
        }
    }
}
