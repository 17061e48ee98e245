//! Conversations of the FTP client engine with servers, played in memory under a simulated clock.
//!
//! `core/tests/FORMAT.md` describes the notation of `ftp_conversations/`. What the engine does is compared before each
//! next input, so nothing it does goes unseen. Every conversation is played with what the server says cut at every place,
//! and in single bytes.

use std::fmt::Write as _;
use std::net::SocketAddr;
use std::time::Duration;

use qftp::ftp::{
    Account, Action, DataAddress, Engine, Event, Failure, FailureKind, Operation, Outcome,
    Retrieve, Security, Store, Transfer, Value, Wanted,
};
use qftp_test::conversation::notation::{self, Line, Mark, Script, literal, seconds};
use qftp_test::conversation::parse::bytes;

/// Stands for `= login`.
const LOGIN: &str = "## login\n@ open\n-> connect 192.0.2.2:21\n! connected\n< 220 hi\n> USER u\n< 331 who\n\
                     > PASS secret\n< 230 in\n=> done 230\n";

/// What the engine does, in groups whose order counts: to the server, to the driver, to the user.
const OUTPUTS: [&[Mark]; 3] = [
    &[Mark::Type, Mark::Send],
    &[Mark::Request],
    &[Mark::Outcome],
];

/// In which pieces each run of what the server says is handed over.
#[derive(Clone, Copy, Debug)]
enum Cut {
    At(usize),
    Bytes,
}

struct Scene {
    engine: Engine,
    now: Duration,
    cut: Cut,
    /// What the server says, not yet handed over.
    said: Vec<u8>,
}

impl Scene {
    fn play(script: &Script, cut: Cut) {
        let mut scene = Scene {
            engine: Engine::new(),
            now: Duration::from_secs(100),
            cut,
            said: Vec::new(),
        };
        let title = &script.title;
        let mut lines = script.lines.clone();
        if lines[0].mark == Mark::Start {
            assert_eq!(lines[0].text, "login", "{title}");
            let login = notation::read("login", LOGIN).swap_remove(0).lines;
            lines.splice(..1, login);
        }
        let mut rest = &lines[..];
        while let [first, ..] = rest {
            let inputs = match first.mark {
                // What the server says in one run comes in one piece, or cut.
                Mark::Answer => rest
                    .iter()
                    .take_while(|line| line.mark == first.mark)
                    .count(),
                _ if is_output(first) => 0,
                _ => 1,
            };
            let (input, after) = rest.split_at(inputs);
            assert!(!input.is_empty(), "{title}: {first:?} follows nothing");
            let outputs = after.iter().take_while(|line| is_output(line)).count();
            let (expected, after) = after.split_at(outputs);
            for line in input {
                scene.enter(line);
            }
            scene.hand_over();
            let seen = scene.drain();
            let expected: Vec<(Mark, String)> = expected
                .iter()
                .map(|line| (line.mark, line.text.clone()))
                .collect();
            for marks in OUTPUTS {
                let of_kind = |lines: &[(Mark, String)]| -> Vec<(Mark, String)> {
                    let of_kind = lines.iter().filter(|(mark, _)| marks.contains(mark));
                    of_kind.cloned().collect()
                };
                let place = format!("{title}, after {input:?}, {cut:?}");
                assert_eq!(of_kind(&seen), of_kind(&expected), "{place}");
            }
            rest = after;
        }
        assert!(!scene.engine.is_busy(), "{title}: not at its end");
    }

    fn enter(&mut self, line: &Line) {
        let text = line.text.as_str();
        match line.mark {
            Mark::Operation => self.engine.start(operation(text)).expect("idle"),
            Mark::Answer => {
                self.said.extend_from_slice(text.as_bytes());
                self.said.extend_from_slice(b"\r\n");
            }
            Mark::Receive => self.said.extend(bytes(text).expect("bytes").bytes()),
            Mark::Event => self.happen(text),
            _ => panic!("{line:?}?"),
        }
    }

    fn hand_over(&mut self) {
        let said = std::mem::take(&mut self.said);
        let first = match self.cut {
            Cut::At(at) => at.min(said.len()),
            Cut::Bytes => 0,
        };
        let (head, tail) = said.split_at(first);
        let rest = match self.cut {
            Cut::At(_) => tail.len(),
            Cut::Bytes => 1,
        };
        for part in [head].into_iter().chain(tail.chunks(rest.max(1))) {
            self.engine.handle_control(self.now, part);
        }
    }

    fn happen(&mut self, text: &str) {
        let engine = &mut self.engine;
        let now = self.now;
        let mut words = text.split_whitespace();
        let what = words.next().unwrap_or_default();
        let parameter = words.next();
        let number = parameter.and_then(|word| word.parse().ok()).unwrap_or(0);
        let address = |default: &str| parse(parameter.unwrap_or(default));
        match what {
            "connected" => {
                let peer = address("10.0.0.2:21");
                let local = if peer.is_ipv6() {
                    "[2001:db8::1]:50000"
                } else {
                    "10.0.0.1:50000"
                };
                engine.handle_connected(parse(local), peer);
            }
            "connect-failed" => engine.handle_connect_failed(FailureKind::Network, b"no route"),
            "unknown-host" => engine.handle_connect_failed(FailureKind::Dns, b""),
            "closed" => engine.handle_control_closed(),
            "listening" => engine.handle_listening(address("10.0.0.1:4000")),
            "secured" => engine.handle_secured(),
            "insecure" => engine.handle_insecure(FailureKind::Tls, b"alert"),
            "distrusted" => engine.handle_insecure(FailureKind::Certificate, b"expired"),
            "data-secured" => engine.handle_data_secured(now),
            "data-insecure" => engine.handle_data_insecure(now, FailureKind::Tls, b"alert"),
            "data-connected" => engine.handle_data_connected(now),
            "data-connect-failed" => engine.handle_data_connect_failed(now, b"refused"),
            "data" => {
                let taken = engine.handle_data(now, number);
                let expected = words
                    .next()
                    .map_or(number, |word| word.parse().expect("a count"));
                assert_eq!(taken, expected, "{text}");
            }
            "sent" => engine.handle_data_sent(number),
            "data-closed" => engine.handle_data_closed(now),
            "data-failed" => engine.handle_data_failed(now),
            "data-finished" => engine.handle_data_finished(now),
            "finish" => engine.finish(),
            "abort" => engine.abort(now),
            "hangup" => engine.hangup(),
            "transcript" => engine.set_transcript(true),
            "wait" => {
                self.now += parameter.and_then(seconds).expect("seconds");
                engine.handle_timeout(self.now);
            }
            _ => panic!("! {text}?"),
        }
    }

    /// Takes everything that the engine wants done, as lines.
    fn drain(&mut self) -> Vec<(Mark, String)> {
        let mut lines = Vec::new();
        if let Some(bytes) = self.engine.poll_transmit() {
            let text = bytes.strip_suffix(b"\r\n").expect("a whole line");
            for line in text.split(|byte| *byte == b'\n') {
                let line = line.strip_suffix(b"\r").unwrap_or(line);
                lines.push(sent(line));
            }
        }
        while let Some(action) = self.engine.poll_action() {
            let request = match action {
                Action::ConnectControl { host, port } => {
                    format!("connect {}:{port}", host.escape_ascii())
                }
                Action::CloseControl => "close".to_string(),
                Action::ConnectData(to) => format!("connect-data {to}"),
                Action::Listen(at) => format!("listen {at}"),
                Action::SecureControl => "secure".to_string(),
                Action::SecureData => "secure-data".to_string(),
                Action::FinishData => "finish-data".to_string(),
                Action::CloseData => "close-data".to_string(),
            };
            lines.push((Mark::Request, request));
        }
        while let Some(event) = self.engine.poll_event() {
            let outcome = match event {
                Event::DataReady => "ready".to_string(),
                Event::Line { sent, text } => {
                    format!(
                        "{} {}",
                        if sent { "sent" } else { "received" },
                        text.escape_ascii()
                    )
                }
                Event::Done(Ok(outcome)) => format!("done {}", show(&outcome)),
                Event::Done(Err(failure)) => format!("failed {}", show_failure(&failure)),
                Event::Idle(failure) => format!("lost {}", show_failure(&failure)),
            };
            lines.push((Mark::Outcome, outcome));
        }
        lines
    }
}

fn is_output(line: &Line) -> bool {
    OUTPUTS.iter().any(|marks| marks.contains(&line.mark))
}

/// Shows a line that the engine sends: as it stands, or as bytes where not all of them can be printed.
fn sent(line: &[u8]) -> (Mark, String) {
    let printable = |byte: &u8| matches!(byte, b' '..=b'~');
    if line.iter().all(printable) {
        (Mark::Type, String::from_utf8_lossy(line).into_owned())
    } else {
        (Mark::Send, format!("\"{}\\r\\n\"", line.escape_ascii()))
    }
}

fn show(outcome: &Outcome) -> String {
    let mut line = outcome.code.to_string();
    let _ = match &outcome.value {
        Value::None => Ok(()),
        Value::Path(path) => write!(line, " path={}", path.escape_ascii()),
        Value::Size(size) => write!(line, " size={size}"),
        Value::Time(time) => write!(line, " time={}", time.escape_ascii()),
        Value::Bytes(bytes) => write!(line, " bytes={bytes}"),
    };
    if outcome.text.contains(&b'\n') {
        let _ = write!(line, " text={}", outcome.text.escape_ascii());
    }
    line
}

fn show_failure(failure: &Failure) -> String {
    let mut line = format!("{:?}", failure.kind);
    if let Some(code) = failure.reply {
        let _ = write!(line, " {code}");
    }
    line
}

fn parse(address: &str) -> SocketAddr {
    address.parse().expect("an address")
}

const OPTIONS: &[&str] = &[
    "active",
    "ascii",
    "at-peer",
    "peer-then-server",
    "account",
    "implicit",
    "explicit",
];

/// `get NAME [offset=N] [limit=N] [active] [ascii] [at-peer] [peer-then-server]` and so on.
fn operation(text: &str) -> Operation {
    let mut words = notation::words(text).into_iter();
    let verb = words.next().expect("a verb");
    let (options, names): (Vec<&str>, Vec<&str>) =
        words.partition(|word| word.contains('=') || OPTIONS.contains(word));
    let name = |index: usize| {
        let name = names.get(index).copied().unwrap_or_default();
        match name
            .strip_prefix('"')
            .and_then(|name| name.strip_suffix('"'))
        {
            Some(quoted) => literal(quoted).expect("a name"),
            None => name.as_bytes().to_vec(),
        }
    };
    let number = |key: &str| {
        let option = options.iter().find_map(|option| option.strip_prefix(key));
        option.map(|value| value.parse().expect("a number"))
    };
    let offset = number("offset=").unwrap_or(0);
    let transfer = Transfer {
        ascii: options.contains(&"ascii"),
        passive: !options.contains(&"active"),
        data_address: if options.contains(&"at-peer") {
            DataAddress::ControlPeer
        } else if options.contains(&"peer-then-server") {
            let after = Duration::from_secs(number("after=").unwrap_or(25));
            DataAddress::ControlPeerThenServer { after }
        } else {
            DataAddress::Server
        },
    };
    let retrieve = |what| {
        Operation::Retrieve(Retrieve {
            what,
            path: name(0),
            offset,
            limit: number("limit="),
            transfer: transfer.clone(),
        })
    };
    match verb {
        "open" => Operation::Open(Account {
            host: b"192.0.2.2".to_vec(),
            port: 21,
            user: names.first().map_or(b"u".to_vec(), |_| name(0)),
            password: b"secret".to_vec(),
            account: options.contains(&"account").then(|| b"hidden".to_vec()),
            local_ports: qftp::ftp::LocalPorts::default(),
            security: if options.contains(&"implicit") {
                Security::Implicit
            } else if options.contains(&"explicit") {
                Security::Explicit
            } else {
                Security::Plain
            },
        }),
        "cwd" => Operation::Cwd(name(0)),
        "cdup" => Operation::CdUp,
        "pwd" => Operation::Pwd,
        "size" => Operation::Size(name(0)),
        "delete" => Operation::Delete(name(0)),
        "mkdir" => Operation::MakeDir(name(0)),
        "rmdir" => Operation::RemoveDir(name(0)),
        "mdtm" => Operation::ModifiedTime(name(0)),
        "rename" => Operation::Rename {
            from: name(0),
            to: name(1),
        },
        "stat" => Operation::Status((!names.is_empty()).then(|| name(0))),
        "system" => Operation::System,
        "noop" => Operation::Noop,
        "quit" => Operation::Quit,
        "get" => retrieve(Wanted::File),
        "list" => retrieve(Wanted::List),
        "nlst" => retrieve(Wanted::Nlst),
        "mlsd" => retrieve(Wanted::Mlsd),
        "put" => Operation::Store(Store {
            path: name(0),
            offset,
            transfer,
        }),
        _ => panic!("@ {text}?"),
    }
}

fn play_file(file: &str, text: &str) {
    for script in notation::read(file, text) {
        let said = |line: &Line| match line.mark {
            Mark::Answer => line.text.len() + "< \n".len(),
            Mark::Receive if line.text.starts_with('"') => line.text.len(),
            _ => 0,
        };
        let said: usize = script.lines.iter().map(said).sum();
        let cuts = (0..=said.max(12)).map(Cut::At);
        for cut in cuts.chain([Cut::Bytes]) {
            Scene::play(&script, cut);
        }
    }
}

macro_rules! files {
    ($($name:ident)*) => {$(
        #[test]
        fn $name() {
            let text = include_str!(concat!("../ftp_conversations/", stringify!($name), ".txt"));
            play_file(stringify!($name), text);
        }
    )*};
}

files! { login commands passive addresses active resume partial ends abort nonsense tls }
