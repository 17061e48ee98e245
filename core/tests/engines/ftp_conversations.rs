//! Conversations of the FTP client engine with servers, played in memory under a simulated clock.
//!
//! Each file in `ftp_conversations/` has several, each under a `## title`; `#` starts a comment. A conversation
//! starts logged in, from 10.0.0.1 at 10.0.0.2, unless its title ends in `(from the start)`:
//!
//! ```text
//! @ get a.txt limit=3     an operation is begun
//! < 200 ok                the server says this
//! ~ data 3                something else happens: see `Scene::happen`
//! > TYPE I                the engine sends this
//! = close-data            the engine wants this done with a socket
//! * done 226 bytes=3      the engine tells its user this
//! ```
//!
//! What the engine does is compared before each next input, so nothing it does goes unseen. Every conversation is
//! played with what the server says cut at every place, and in single bytes.

use std::fmt::Write as _;
use std::net::SocketAddr;
use std::time::Duration;

use qftp::ftp::{
    Account, Action, DataAddress, Engine, Event, Failure, FailureKind, Operation, Outcome,
    Retrieve, Security, Store, Transfer, Value, Wanted,
};

const LOGIN: &str = "@ open\n= connect 192.0.2.2:21\n~ connected\n< 220 hi\n> USER u\n< 331 who\n> PASS secret\n\
                     < 230 in\n* done 230\n";

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
    fn play(title: &str, script: &str, cut: Cut) {
        let mut scene = Scene {
            engine: Engine::new(),
            now: Duration::from_secs(100),
            cut,
            said: Vec::new(),
        };
        let from_the_start = title.ends_with("(from the start)");
        let login = if from_the_start { "" } else { LOGIN };
        let lines: Vec<&str> = login
            .lines()
            .chain(script.lines())
            .map(str::trim)
            .filter(|line| !line.is_empty() && !line.starts_with('#'))
            .collect();
        let mut rest = &lines[..];
        while !rest.is_empty() {
            let inputs = rest
                .iter()
                .take_while(|line| !is_output(line))
                .take(if rest[0].starts_with('<') {
                    rest.len()
                } else {
                    1
                })
                .take_while(|line| rest[0].as_bytes()[0] == line.as_bytes()[0])
                .count();
            let (input, after) = rest.split_at(inputs);
            let outputs = after.iter().take_while(|line| is_output(line)).count();
            let (expected, after) = after.split_at(outputs);
            for line in input {
                scene.enter(line);
            }
            scene.hand_over();
            let seen = scene.drain();
            for kind in ['>', '=', '*'] {
                let of_kind = |lines: &[String]| -> Vec<String> {
                    let of_kind = lines.iter().filter(|line| line.starts_with(kind));
                    of_kind.cloned().collect()
                };
                let expected: Vec<String> = expected.iter().map(ToString::to_string).collect();
                let place = format!("{title}, after {input:?}, {cut:?}");
                assert_eq!(of_kind(&seen), of_kind(&expected), "{place}");
            }
            assert!(!input.is_empty(), "{title}: {:?} follows nothing", rest[0]);
            rest = after;
        }
        assert!(!scene.engine.is_busy(), "{title}: not at its end");
    }

    fn enter(&mut self, line: &str) {
        let (kind, text) = line.split_at(1);
        let text = text.strip_prefix(' ').unwrap_or(text);
        match kind {
            "@" => self.engine.start(operation(text)).expect("idle"),
            "<" => {
                self.said.extend(unescape(text));
                self.said.extend_from_slice(b"\r\n");
            }
            "~" => self.happen(text),
            _ => panic!("{line}?"),
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
            "raw" => self.said.extend(unescape(&text["raw ".len()..])),
            "bytes" => self.said.extend(std::iter::repeat_n(b'x', number)),
            "wait" => {
                self.now += Duration::from_millis(number as u64);
                engine.handle_timeout(self.now);
            }
            _ => panic!("~ {text}?"),
        }
    }

    /// Everything the engine wants done, as lines.
    fn drain(&mut self) -> Vec<String> {
        let mut lines = Vec::new();
        if let Some(bytes) = self.engine.poll_transmit() {
            let text = bytes.strip_suffix(b"\r\n").expect("a whole line");
            for line in text.split(|byte| *byte == b'\n') {
                let line = line.strip_suffix(b"\r").unwrap_or(line);
                lines.push(format!("> {}", line.escape_ascii()).trim_end().to_string());
            }
        }
        while let Some(action) = self.engine.poll_action() {
            lines.push(match action {
                Action::ConnectControl { host, port } => {
                    format!("= connect {}:{port}", host.escape_ascii())
                }
                Action::CloseControl => "= close".to_string(),
                Action::ConnectData(to) => format!("= connect-data {to}"),
                Action::Listen(at) => format!("= listen {at}"),
                Action::SecureControl => "= secure".to_string(),
                Action::SecureData => "= secure-data".to_string(),
                Action::FinishData => "= finish-data".to_string(),
                Action::CloseData => "= close-data".to_string(),
            });
        }
        while let Some(event) = self.engine.poll_event() {
            lines.push(match event {
                Event::DataReady => "* ready".to_string(),
                Event::Line { sent, text } => {
                    format!(
                        "* {} {}",
                        if sent { "sent" } else { "received" },
                        text.escape_ascii()
                    )
                }
                Event::Done(Ok(outcome)) => format!("* done {}", show(&outcome)),
                Event::Done(Err(failure)) => format!("* failed {}", show_failure(&failure)),
                Event::Idle(failure) => format!("* idle {}", show_failure(&failure)),
            });
        }
        lines
    }
}

fn is_output(line: &str) -> bool {
    line.starts_with(['>', '=', '*'])
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

/// `\xNN`, `\r`, `\n`, `\0` in a script.
fn unescape(text: &str) -> Vec<u8> {
    let mut bytes = Vec::new();
    let mut rest = text.as_bytes();
    while let [first, after @ ..] = rest {
        rest = after;
        let escaped = match (first, after) {
            (b'\\', [b'x', high, low, after @ ..]) => {
                let digits = [*high, *low];
                let digits = std::str::from_utf8(&digits).expect("hex");
                rest = after;
                u8::from_str_radix(digits, 16).expect("hex")
            }
            (b'\\', [letter, after @ ..]) => {
                rest = after;
                match letter {
                    b'r' => b'\r',
                    b'n' => b'\n',
                    b'0' => 0,
                    letter => *letter,
                }
            }
            _ => *first,
        };
        bytes.push(escaped);
    }
    bytes
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

/// `get NAME [offset=N] [limit=N] [active] [ascii] [at-peer] [peer-then-server]` and so on; `_` in a name is a blank.
fn operation(text: &str) -> Operation {
    let mut words = text.split_whitespace();
    let verb = words.next().expect("a verb");
    let (options, names): (Vec<&str>, Vec<&str>) =
        words.partition(|word| word.contains('=') || OPTIONS.contains(word));
    let name = |index: usize| {
        let name = names.get(index).copied().unwrap_or_default();
        unescape(&name.replace('_', " "))
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

fn play_file(text: &str) {
    let mut played = 0;
    for conversation in text.split("\n## ").skip(1) {
        let (title, script) = conversation.split_once('\n').expect("a script");
        let longest = script
            .lines()
            .filter(|line| line.starts_with('<'))
            .map(|line| line.len() + 1);
        let said: usize = longest.sum();
        let cuts = (0..=said.max(12)).map(Cut::At);
        for cut in cuts.chain([Cut::Bytes]) {
            Scene::play(title.trim(), script, cut);
        }
        played += 1;
    }
    assert!(played > 0);
}

macro_rules! files {
    ($($name:ident)*) => {$(
        #[test]
        fn $name() {
            play_file(include_str!(concat!("../ftp_conversations/", stringify!($name), ".txt")));
        }
    )*};
}

files! { login commands passive addresses active resume partial ends abort nonsense tls }
