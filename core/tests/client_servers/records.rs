//! A session is recorded, and its record replayed to another client: each byte of the line is the same.

use std::sync::{Arc, Mutex};

use qftp::client::{Client, ClientOptions, GetOptions, Login, PutMode, PutOptions};
use qftp::dialect;
use qftp::record::replay::{self, ReplayOptions};
use qftp::record::{Record, RecordHeader, RecordKind, Recorder};
use qftp_test::servers::{Kind, Server};

use super::{TRICKY_PAYLOAD, every_byte};

/// A file in memory.
#[derive(Clone, Default)]
struct Memory(Arc<Mutex<Vec<u8>>>);

impl std::io::Write for Memory {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        self.0.lock().expect("the file").extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}

fn recorder(keep: bool) -> (Memory, Recorder) {
    let file = Memory::default();
    let recorder = Recorder::new(file.clone(), &RecordHeader::new("given")).payload(keep);
    (file, recorder)
}

fn parsed(file: &Memory) -> Record {
    let text = file.0.lock().expect("the file").clone();
    Record::parse(&text).expect("a record")
}

/// Logs in, moves files both ways, lists, fails, and closes the session.
fn work(client: &mut Client, server: &Server, password: &str) -> Vec<String> {
    let mut login = Login::new(server.address.ip().to_string(), server.user, password);
    login.port = server.address.port();
    let mut told = Vec::new();
    let mut tell = |what: String| told.push(what);
    tell(format!(
        "{:?}",
        client.login(&login).map_err(|error| error.describe())
    ));
    for content in [&b""[..], TRICKY_PAYLOAD, &every_byte(40_000)] {
        let size = Some(content.len() as u64);
        let options = PutOptions::new().mode(PutMode::Replace);
        let put = client.put(&mut &content[..], size, b"file.bin", options);
        tell(format!(
            "{:?}",
            put.map(|moved| moved.bytes)
                .map_err(|error| error.describe())
        ));
        let mut back = Vec::new();
        let got = client.get(b"file.bin", &mut back, GetOptions::new());
        tell(format!(
            "{:?}",
            got.map(|moved| moved.bytes)
                .map_err(|error| error.describe())
        ));
        assert!(back == content);
    }
    tell(format!(
        "{:?}",
        client.size(b"nothing").map_err(|error| error.describe())
    ));
    tell(format!(
        "{:?}",
        client.logout().map_err(|error| error.describe())
    ));
    told
}

/// Returns what went over the line: the bytes of each side, until the other one's.
fn turns(record: &Record) -> Vec<(bool, Vec<u8>)> {
    let mut turns: Vec<(bool, Vec<u8>)> = Vec::new();
    for event in &record.events {
        let bytes = match &event.kind {
            RecordKind::Line { raw, .. } | RecordKind::LineEnds(raw) | RecordKind::Framing(raw) => {
                raw.clone()
            }
            RecordKind::Payload { content, .. } => content.clone().expect("content"),
            RecordKind::Skipped { bytes } => vec![0; usize::try_from(*bytes).expect("a size")],
            _ => continue,
        };
        let from_host = event.kind.is_from_host();
        match turns.last_mut() {
            Some((side, said)) if *side == from_host => said.extend(bytes),
            _ => turns.push((from_host, bytes)),
        }
    }
    turns
}

#[test]
fn a_record_replays_byte_by_byte_in_every_dialect() {
    for dialect in dialect::ALL {
        let server = Server::start(Kind::Pyftpdlib);
        let (file, recorder) = recorder(true);
        let options = qftp::emulator::EmulatorOptions::new(dialect);
        let (_module, line) = qftp::emulator::Emulator::in_process(options).expect("a module");
        let options = ClientOptions::new().record(recorder.clone());
        let mut client = options.with_port(line).expect("a client");
        let told = work(&mut client, &server, server.password);
        assert_eq!(recorder.error(), None);
        let moved = ["Ok(())", "Ok(0)", "Ok(0)"];
        assert_eq!(told[..3], moved, "{}", dialect.name);
        let first = parsed(&file);
        let text = first.emit();
        assert!(!text.contains(server.password), "{}: {text}", dialect.name);

        // The password is another one: the record does not know it.
        let (file, recorder) = self::recorder(true);
        let options = ClientOptions::new().record(recorder);
        let port = replay::port(first.clone(), ReplayOptions::default());
        let mut client = options.with_port(port).expect("a client");
        assert_eq!(work(&mut client, &server, "another password"), told);
        let second = parsed(&file);
        assert!(turns(&first) == turns(&second), "{}", dialect.name);
    }
}

#[test]
fn without_payload_a_replay_ends_at_a_download_or_gives_zeros() {
    let server = Server::start(Kind::Pyftpdlib);
    server.put("file.bin", b"content");
    let (file, recorder) = recorder(false);
    let (_module, line) =
        qftp::emulator::Emulator::in_process(qftp::emulator::EmulatorOptions::new(dialect::ALL[0]))
            .expect("a module");
    let download = |client: &mut Client| {
        let mut login = Login::new(
            server.address.ip().to_string(),
            server.user,
            server.password,
        );
        login.port = server.address.port();
        client.login(&login).expect("a login");
        let mut content = Vec::new();
        let got = client.get(b"file.bin", &mut content, GetOptions::new());
        got.map(|_| content).map_err(|error| error.describe())
    };
    let options = ClientOptions::new().record(recorder);
    let mut client = options.with_port(line).expect("a client");
    assert_eq!(download(&mut client).as_deref(), Ok(&b"content"[..]));
    let record = parsed(&file);
    assert!(!record.emit().contains("content\""));

    let replayed = |zeros| {
        let mut options = ReplayOptions::default();
        options.zeros = zeros;
        let port = replay::port(record.clone(), options);
        download(&mut ClientOptions::new().with_port(port).expect("a client"))
    };
    assert_eq!(replayed(true).as_deref(), Ok(&[0; 7][..]));
    let error = replayed(false).expect_err("no content");
    let index = record.events.iter().position(|event| {
        matches!(
            event.kind,
            RecordKind::Payload {
                from_host: false,
                ..
            }
        )
    });
    let line = Record::line_number(index.expect("a payload"));
    assert!(
        error.contains(&format!("line {line}: the record has no content")),
        "{error}"
    );
}

#[test]
fn a_client_that_does_something_else_ends_the_replay_and_is_told_where() {
    let (file, recorder) = recorder(true);
    let (_module, line) =
        qftp::emulator::Emulator::in_process(qftp::emulator::EmulatorOptions::new(dialect::ALL[0]))
            .expect("a module");
    let options = ClientOptions::new().record(recorder);
    let mut client = options.with_port(line).expect("a client");
    client.command(b"AT+CSQ").expect("a signal");
    let record = parsed(&file);
    let typed = |commands: &[&[u8]]| {
        let port = replay::port(record.clone(), ReplayOptions::default());
        let mut client = ClientOptions::new().with_port(port).expect("a client");
        let mut results = commands.iter().map(|command| client.command(command));
        results
            .try_for_each(|result| result.map(drop))
            .map_err(|error| error.describe())
    };
    assert_eq!(typed(&[b"AT+CSQ"]), Ok(()));
    let last = record
        .events
        .iter()
        .rposition(|event| event.kind.is_from_host());
    let line = Record::line_number(last.expect("a command"));
    assert_eq!(
        typed(&[b"AT+CPIN=\"1234\""]).expect_err("another command"),
        format!("replay, line {line}: the record has \"AT+CSQ\", the host typed \"AT+CPIN=***\"")
    );
    let end = Record::line_number(record.events.len()) - 1;
    assert_eq!(
        typed(&[b"AT+CSQ", b"AT+CGMM"]).expect_err("more"),
        format!("replay: the record ends with line {end}, the host typed \"AT+CGMM\"")
    );
}
