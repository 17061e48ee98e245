//! Conversations of the FTP client engine with servers, played in memory under a simulated clock.
//!
//! `core/tests/FORMAT.md` describes the notation of `ftp_conversations/`. What the engine does is compared before each
//! next input, so nothing it does goes unseen. Every conversation is played with what the server says cut at every place,
//! and in single bytes.

use std::fmt::Write as _;
use std::net::SocketAddr;
use std::time::Duration;

use qftp::ftp::{
    Account, Engine, FailureKind, FtpDataAddress, FtpEvent, FtpFailure, FtpOperation, FtpOutcome,
    FtpStore, FtpTransfer, FtpValue, Retrieve, RetrieveKind, Security, SocketReply,
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
    printed: Vec<u8>,
}

impl Scene {
    fn play(script: &Script, cut: Cut) {
        let mut scene = Scene {
            engine: Engine::new(),
            now: Duration::from_secs(100),
            cut,
            printed: Vec::new(),
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
            Mark::Operation => self.engine.start(self.now, operation(text)).expect("idle"),
            Mark::Answer => {
                self.printed.extend_from_slice(text.as_bytes());
                self.printed.extend_from_slice(b"\r\n");
            }
            Mark::Receive => self.printed.extend(bytes(text).expect("bytes").bytes()),
            Mark::Event => self.happen(text),
            _ => panic!("{line:?}?"),
        }
    }

    fn hand_over(&mut self) {
        let printed = std::mem::take(&mut self.printed);
        let first = match self.cut {
            Cut::At(at) => at.min(printed.len()),
            Cut::Bytes => 0,
        };
        let (head, tail) = printed.split_at(first);
        let rest = match self.cut {
            Cut::At(_) => tail.len(),
            Cut::Bytes => 1,
        };
        for part in [head].into_iter().chain(tail.chunks(rest.max(1))) {
            self.engine.handle_input(self.now, part);
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
                let local = parse(local);
                engine.handle_reply(now, SocketReply::Connected { local, peer });
            }
            "connect-failed" => {
                let (kind, text) = (FailureKind::Network, b"no route");
                engine.handle_reply(now, SocketReply::ConnectFailed { kind, text });
            }
            "unknown-host" => {
                let (kind, text) = (FailureKind::Dns, b"");
                engine.handle_reply(now, SocketReply::ConnectFailed { kind, text });
            }
            "closed" => engine.handle_reply(now, SocketReply::ControlClosed),
            "listening" => {
                engine.handle_reply(now, SocketReply::Listening(address("10.0.0.1:4000")));
            }
            "secured" => engine.handle_reply(now, SocketReply::Secured),
            "insecure" => {
                let (kind, text) = (FailureKind::Tls, b"alert");
                engine.handle_reply(now, SocketReply::Insecure { kind, text });
            }
            "distrusted" => {
                let (kind, text) = (FailureKind::Certificate, b"expired");
                engine.handle_reply(now, SocketReply::Insecure { kind, text });
            }
            "data-secured" => engine.handle_reply(now, SocketReply::DataSecured),
            "data-insecure" => {
                let (kind, text) = (FailureKind::Tls, b"alert");
                engine.handle_reply(now, SocketReply::DataInsecure { kind, text });
            }
            "data-connected" => engine.handle_reply(now, SocketReply::DataConnected),
            "data-connect-failed" => {
                let text = b"refused";
                engine.handle_reply(now, SocketReply::DataConnectFailed { text });
            }
            "data" => {
                let taken = engine.handle_data(now, number);
                let expected = words
                    .next()
                    .map_or(number, |word| word.parse().expect("a count"));
                assert_eq!(taken, expected, "{text}");
            }
            "sent" => engine.handle_reply(now, SocketReply::DataSent(number)),
            "data-closed" => engine.handle_reply(now, SocketReply::DataClosed),
            "data-failed" => engine.handle_reply(now, SocketReply::DataFailed),
            "data-finished" => engine.handle_reply(now, SocketReply::DataFinished),
            "finish" => engine.finish(now),
            "abort" => engine.abort(now),
            "hangup" => engine.drop_session(now),
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
            let count = bytes.len();
            self.engine.transmitted(self.now, count);
            assert_eq!(self.engine.poll_transmit(), None);
        }
        while let Some(event) = self.engine.poll_event() {
            let request = |text: &str| (Mark::Request, text.to_string());
            let outcome = |text: String| (Mark::Outcome, text);
            lines.push(match event {
                FtpEvent::ConnectControl { host, port } => {
                    request(&format!("connect {}:{port}", host.escape_ascii()))
                }
                FtpEvent::CloseControl => request("close"),
                FtpEvent::ConnectData(to) => request(&format!("connect-data {to}")),
                FtpEvent::Listen(at) => request(&format!("listen {at}")),
                FtpEvent::SecureControl => request("secure"),
                FtpEvent::SecureData => request("secure-data"),
                FtpEvent::FinishData => request("finish-data"),
                FtpEvent::CloseData => request("close-data"),
                FtpEvent::DataReady => outcome("ready".to_string()),
                FtpEvent::Line { sent, text } => outcome(format!(
                    "{} {}",
                    if sent { "sent" } else { "received" },
                    text.escape_ascii()
                )),
                FtpEvent::Done(Ok(result)) => outcome(format!("done {}", show(&result))),
                FtpEvent::Done(Err(failure)) => {
                    outcome(format!("failed {}", show_failure(&failure)))
                }
                FtpEvent::Idle(failure) => outcome(format!("lost {}", show_failure(&failure))),
                event => panic!("{event:?}?"),
            });
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

fn show(outcome: &FtpOutcome) -> String {
    let mut line = outcome.code.to_string();
    let _ = match &outcome.value {
        FtpValue::None => Ok(()),
        FtpValue::Path(path) => write!(line, " path={}", path.escape_ascii()),
        FtpValue::Size(size) => write!(line, " size={size}"),
        FtpValue::Time(time) => write!(line, " time={}", time.escape_ascii()),
        FtpValue::Bytes(bytes) => write!(line, " bytes={bytes}"),
        value => panic!("{value:?}?"),
    };
    if outcome.text.contains(&b'\n') {
        let _ = write!(line, " text={}", outcome.text.escape_ascii());
    }
    line
}

fn show_failure(failure: &FtpFailure) -> String {
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
fn operation(text: &str) -> FtpOperation {
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
    let transfer = FtpTransfer {
        ascii: options.contains(&"ascii"),
        passive: !options.contains(&"active"),
        data_address: if options.contains(&"at-peer") {
            FtpDataAddress::ControlPeer
        } else if options.contains(&"peer-then-server") {
            let after = Duration::from_secs(number("after=").unwrap_or(25));
            FtpDataAddress::ControlPeerThenServer { after }
        } else {
            FtpDataAddress::Server
        },
    };
    let retrieve = |what| {
        FtpOperation::Retrieve(Retrieve {
            what,
            path: name(0),
            offset,
            limit: number("limit="),
            transfer: transfer.clone(),
        })
    };
    match verb {
        "open" => FtpOperation::Open(Account {
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
        "cwd" => FtpOperation::Cwd(name(0)),
        "cdup" => FtpOperation::CdUp,
        "pwd" => FtpOperation::Pwd,
        "size" => FtpOperation::Size(name(0)),
        "delete" => FtpOperation::Delete(name(0)),
        "mkdir" => FtpOperation::MakeDir(name(0)),
        "rmdir" => FtpOperation::RemoveDir(name(0)),
        "mdtm" => FtpOperation::ModifiedTime(name(0)),
        "rename" => FtpOperation::Rename {
            from: name(0),
            to: name(1),
        },
        "stat" => FtpOperation::Status((!names.is_empty()).then(|| name(0))),
        "system" => FtpOperation::System,
        "noop" => FtpOperation::Noop,
        "quit" => FtpOperation::Quit,
        "get" => retrieve(RetrieveKind::File),
        "list" => retrieve(RetrieveKind::List),
        "nlst" => retrieve(RetrieveKind::Nlst),
        "mlsd" => retrieve(RetrieveKind::Mlsd),
        "put" => FtpOperation::Store(FtpStore {
            path: name(0),
            offset,
            transfer,
        }),
        _ => panic!("@ {text}?"),
    }
}

fn play_file(file: &str, text: &str) {
    for script in notation::read(file, text) {
        let printed = |line: &Line| match line.mark {
            Mark::Answer => line.text.len() + "< \n".len(),
            Mark::Receive if line.text.starts_with('"') => line.text.len(),
            _ => 0,
        };
        let printed: usize = script.lines.iter().map(printed).sum();
        let cuts = (0..=printed.max(12)).map(Cut::At);
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
