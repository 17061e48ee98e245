//! What the host engine tells a trace: each line with its kind, payload by length and first bytes, no password.

use std::time::Duration;

use qftp::dialect;
use qftp::host::{Event, Host, LineKind, Login, Operation, PAYLOAD_SHOWN, RawKind};

const NOW: Duration = Duration::ZERO;

/// One row: `>` or `<`, the kind, the text.
type Row = (char, String, String);

fn traced(dialect: &str) -> Host {
    let mut host = Host::new(dialect::by_name(dialect).expect("a dialect"));
    host.log_lines(true);
    host.log_payload(true);
    host
}

/// Sends what is to be sent; the rows that come of it, and whether the operation ended.
fn rows(host: &mut Host, now: Duration, payload: &[u8]) -> (Vec<Row>, bool) {
    let (mut rows, mut done) = (Vec::new(), false);
    let way = |sent| if sent { '>' } else { '<' };
    loop {
        let mut wanted = false;
        while let Some(event) = host.poll_event() {
            match event {
                Event::Line(log) => rows.push((
                    way(log.sent),
                    format!("{:?}", log.kind),
                    log.text.escape_ascii().to_string(),
                )),
                Event::Payload(log) => rows.push((
                    way(log.sent),
                    format!("Payload {}", log.length),
                    log.first.escape_ascii().to_string(),
                )),
                Event::WantData => wanted = true,
                Event::Done(_) => done = true,
                _ => {}
            }
        }
        if wanted {
            host.supply(payload);
        }
        let Some(bytes) = host.poll_transmit() else {
            return (rows, done);
        };
        let count = bytes.len();
        host.transmitted(now, count);
    }
}

fn row(way: char, kind: &str, text: &str) -> Row {
    (way, kind.into(), text.into())
}

#[test]
fn each_line_of_a_download_has_its_kind() {
    let mut host = traced("ec2x");
    let get = Operation::Get {
        remote: b"f",
        offset: 0,
        length: None,
        expected: Some(100),
    };
    host.start(NOW, get).expect("started");
    let mut told = rows(&mut host, NOW, b"").0;
    let printed = b"AT+QFTPGET=\"f\",\"COM:\",0\r\r\n+CREG: 1\r\n\r\nCONNECT\r\n";
    let later = Duration::from_millis(70);
    host.handle_input(later, printed);
    told.extend(rows(&mut host, later, b"").0);
    host.handle_input(later, &[b'x'; 100]);
    host.handle_input(later, b"\r\nOK\r\n\r\n+QFTPGET: 0,100\r\n");
    let (rest, done) = rows(&mut host, later, b"");
    told.extend(rest);
    assert!(done);
    assert_eq!(
        told,
        [
            row('>', "Command", "AT+QFTPGET=\\\"f\\\",\\\"COM:\\\",0"),
            row('<', "Echo", "AT+QFTPGET=\\\"f\\\",\\\"COM:\\\",0"),
            row('<', "Unsolicited", "+CREG: 1"),
            row('<', "Connect", "CONNECT"),
            row('<', "Payload 100", &"x".repeat(PAYLOAD_SHOWN)),
            row('<', "Result", "OK"),
            row('<', "Urc", "+QFTPGET: 0,100"),
        ]
    );
    assert_eq!(host.connect_time(), Some(later));
    host.handle_input(later, b"\r\nOK\r\n\r\nRDY\r\n");
    let (idle, _) = rows(&mut host, later, b"");
    assert_eq!(
        idle,
        [row('<', "Noise", "OK"), row('<', "Unsolicited", "RDY")]
    );
}

/// The host waits 300 ms for silence behind the trailer of a download of unknown length before it looks at it.
#[test]
fn lines_and_payload_have_the_time_when_they_came_not_when_they_were_looked_at() {
    let ms = Duration::from_millis;
    let mut host = traced("ec2x");
    let get = Operation::Get {
        remote: b"a",
        offset: 0,
        length: None,
        expected: None,
    };
    host.start(ms(1000), get).expect("started");
    let mut times = Vec::new();
    let mut note = |host: &mut Host, now| {
        let mut done = false;
        while let Some(event) = host.poll_event() {
            match event {
                Event::Line(log) => times.push((log.text.escape_ascii().to_string(), log.time)),
                Event::Payload(log) => times.push((format!("({})", log.length), log.time)),
                Event::Done(_) => done = true,
                _ => {}
            }
        }
        let sent = host.poll_transmit().map_or(0, <[u8]>::len);
        host.transmitted(now, sent);
        done
    };
    note(&mut host, ms(1000));
    // The line is cut in its middle, and the module is slow.
    for (at, said) in [
        (1010, &b"\r\nCONN"[..]),
        (1020, b"ECT\r\n"),
        (1030, b"type=file;size=1; a\r\n"),
        (1040, b"\r\nOK\r\n"),
        (1050, b"\r\n+QFTPGET: 0,21\r\n"),
    ] {
        host.handle_input(ms(at), said);
        assert!(!note(&mut host, ms(at)), "{at}");
    }
    let due = host.poll_timeout().expect("a guard");
    assert_eq!(due, ms(1350));
    host.handle_timeout(due);
    assert!(note(&mut host, due));
    let expected = [
        ("AT+QFTPGET=\\\"a\\\",\\\"COM:\\\",0", 1000),
        ("CONNECT", 1020),
        ("(19)", 1030),
        // The line end may have belonged to the trailer; it came with its line.
        ("(2)", 1030),
        ("OK", 1040),
        ("+QFTPGET: 0,21", 1050),
    ];
    assert_eq!(times, expected.map(|(text, at)| (text.to_owned(), ms(at))));
}

/// A record has each byte, and no secret.
#[test]
fn a_record_has_every_byte_however_it_is_cut() {
    let said = b"AT+QFTPGET=\"f\",\"COM:\",0\r\r\n+QIURC: \"recv\",0,4\r\naaaa\r\n\r\nCONNECT\r\nxyz\r\nOK\r\n\r\n+QFTPGET: 0,3\r\n\n";
    for size in 1..=said.len() {
        let mut host = Host::new(dialect::by_name("ec2x").expect("a dialect"));
        host.log_raw(true);
        let get = Operation::Get {
            remote: b"f",
            offset: 0,
            length: None,
            expected: Some(3),
        };
        host.start(NOW, get).expect("started");
        let mut heard = Vec::new();
        let mut skipped = 0;
        for piece in said.chunks(size) {
            host.handle_input(NOW, piece);
            while let Some(event) = host.poll_event() {
                let Event::Raw(log) = event else { continue };
                if log.sent {
                    assert_eq!(&*log.bytes, b"AT+QFTPGET=\"f\",\"COM:\",0\r");
                } else if log.kind == RawKind::Skipped {
                    assert!(log.bytes.is_empty());
                    skipped += log.length;
                    heard.resize(heard.len() + log.length, b'a');
                } else {
                    assert_eq!(log.bytes.len(), log.length);
                    heard.extend(&*log.bytes);
                }
            }
            let sent = host.poll_transmit().map_or(0, <[u8]>::len);
            host.transmitted(NOW, sent);
        }
        assert!(host.is_idle());
        assert_eq!(skipped, 4, "pieces of {size}");
        assert_eq!(
            heard.escape_ascii().to_string(),
            said.escape_ascii().to_string()
        );
    }
}

#[test]
fn an_upload_shows_what_went_over_the_line() {
    for (dialect, connect, ends, sent) in [
        ("ec2x", "CONNECT", "OK\r\n\r\n+QFTPPUT: 0,3", "abc"),
        // DLE is stuffed, ETX ends it (003 §1.2.15).
        ("nl668", "OK\r\n\r\n+FTPSTOR: 2", "+FTPSTOR: 1", "abc\\x03"),
    ] {
        let mut host = traced(dialect);
        let put = Operation::Put {
            remote: b"f",
            offset: 0,
            length: 3,
            last: true,
        };
        host.start(NOW, put).expect("started");
        let mut told = Vec::new();
        for _ in 0..4 {
            let (new, _) = rows(&mut host, NOW, b"abc");
            let due = match new.last() {
                Some((_, kind, _)) if kind.starts_with("Payload") => ends,
                Some((_, kind, text))
                    if kind == "Command" && (text.contains("PUT=") || text.contains("STOR=")) =>
                {
                    connect
                }
                Some((_, kind, _)) if kind == "Command" => "OK",
                _ => break,
            };
            told.extend(new);
            host.handle_input(NOW, format!("\r\n{due}\r\n").as_bytes());
        }
        let payload: Vec<_> = told
            .iter()
            .filter(|(_, kind, _)| kind.starts_with("Payload"))
            .collect();
        let length = if dialect == "nl668" { 4 } else { 3 };
        assert_eq!(
            payload,
            [&row('>', &format!("Payload {length}"), sent)],
            "{told:?}"
        );
    }
}

#[test]
fn nothing_is_told_that_nobody_asked_for() {
    let mut host = traced("ec2x");
    host.log_lines(false);
    host.log_payload(false);
    host.start(NOW, Operation::Size(b"f")).expect("started");
    host.handle_input(NOW, b"\r\nOK\r\n\r\n+QFTPSIZE: 0,1\r\n");
    assert_eq!(rows(&mut host, NOW, b""), (vec![], true));
    assert_eq!(host.connect_time(), None);
}

#[test]
fn a_damaged_echo_of_the_account_shows_no_password() {
    for dialect in dialect::ALL {
        let mut host = traced(dialect.name);
        let login = Login::new("host", "user", "qftp-secret");
        host.start(NOW, Operation::Login(&login)).expect("started");
        let mut shown = String::new();
        for _ in 0..40 {
            let (new, _) = rows(&mut host, NOW, b"");
            let Some((_, kind, _)) = new.last() else {
                break;
            };
            let command = kind == &format!("{:?}", LineKind::Command);
            for (_, _, text) in &new {
                shown += text;
                shown.push('\n');
            }
            if command {
                // The head of an echo is lost, every line is read back, and all succeeds.
                let printed = "FG=\"account\",\"user\",\"qftp-secret\"\r\nser\",\"qftp-secret\"\r\n\r\nOK\r\n";
                host.handle_input(NOW, printed.as_bytes());
            }
        }
        assert!(shown.contains("***"), "{}: {shown}", dialect.name);
        assert!(shown.contains("user"), "{}: {shown}", dialect.name);
        assert!(!shown.contains("qftp-secret"), "{}: {shown}", dialect.name);
    }
}
