//! The host engine against scripted modules, in memory, under a simulated clock.

use std::time::Duration;

use proptest::prelude::*;
use qftp::at::UnencodableByte;
use qftp::codes::{FtpCode, ModuleCode};
use qftp::dialect::{self, ParamError};
use qftp::host::{
    Answer, Event, FinalError, Host, HostError, Listing, Login, Operation, ServiceState,
};

/// What a module is expected to hear, and what it answers.
type Turn<'a> = (&'a [u8], &'a [u8]);

#[derive(Debug, Default, PartialEq, Eq)]
struct Heard {
    data: Vec<u8>,
    urcs: Vec<Vec<u8>>,
    result: Option<Result<Answer, HostError>>,
}

struct Line {
    host: Host,
    now: Duration,
    sent: Vec<u8>,
    upload: Vec<u8>,
    heard: Heard,
}

impl Line {
    fn new() -> Self {
        let host = Host::new(dialect::by_name("ec2x").expect("ec2x"));
        Line {
            host,
            now: Duration::ZERO,
            sent: Vec::new(),
            upload: Vec::new(),
            heard: Heard::default(),
        }
    }

    fn start(&mut self, operation: Operation<'_>) {
        self.heard = Heard::default();
        self.host.start(self.now, operation).expect("started");
        self.drain();
    }

    /// Drains events and what is to be sent, feeding the upload.
    fn drain(&mut self) {
        loop {
            let mut wanted = false;
            while let Some(event) = self.host.poll_event() {
                match event {
                    Event::Data(data) => self.heard.data.extend_from_slice(data),
                    Event::Urc(line) => self.heard.urcs.push(line.to_vec()),
                    Event::WantData => wanted = true,
                    Event::Done(result) => self.heard.result = Some(result),
                    _ => {}
                }
            }
            if wanted {
                let count = self.host.supply(&self.upload);
                self.upload.drain(..count);
            }
            let Some(bytes) = self.host.poll_transmit() else {
                break;
            };
            let count = bytes.len();
            self.sent.extend_from_slice(bytes);
            self.host.transmitted(self.now, count);
        }
    }

    fn hear(&mut self, bytes: &[u8], chunk: usize) {
        for piece in bytes.chunks(chunk.max(1)) {
            self.host.handle_input(self.now, piece);
            self.drain();
        }
    }

    /// Lets time pass until the operation is over.
    fn wait(&mut self) {
        for _ in 0..1000 {
            if self.heard.result.is_some() {
                return;
            }
            let at = self
                .host
                .poll_timeout()
                .expect("a deadline while something runs");
            self.now = self.now.max(at);
            self.host.handle_timeout(self.now);
            self.drain();
        }
        panic!("no end: {:?}", self.heard);
    }

    /// Plays the turns: what is heard must be exactly what is expected.
    fn play(&mut self, turns: &[Turn<'_>], chunk: usize) -> Result<Answer, HostError> {
        for (expected, answer) in turns {
            assert_eq!(
                self.sent.escape_ascii().to_string(),
                expected.escape_ascii().to_string()
            );
            self.sent.clear();
            self.hear(answer, chunk);
        }
        self.wait();
        self.heard.result.clone().expect("a result")
    }
}

fn run(
    operation: Operation<'_>,
    turns: &[Turn<'_>],
    chunk: usize,
) -> (Result<Answer, HostError>, Heard) {
    let mut line = Line::new();
    line.start(operation);
    let result = line.play(turns, chunk);
    (result, line.heard)
}

/// Operations of one command: what is sent, what is answered, what that means.
#[allow(clippy::too_many_lines)] // a table
fn conversations() -> Vec<(Operation<'static>, Turn<'static>, Answer)> {
    use Operation as O;
    let text = |text: &str| Answer::Text(text.into());
    vec![
        (
            O::Size(b"a"),
            (
                b"AT+QFTPSIZE=\"a\"\r",
                b"\r\nOK\r\n\r\n+QFTPSIZE: 0,1000\r\n",
            ),
            Answer::Number(1000),
        ),
        // Echo, as a dump of a real line shows it.
        (
            O::Size(b"a"),
            (
                b"AT+QFTPSIZE=\"a\"\r",
                b"AT+QFTPSIZE=\"a\"\r\r\nOK\r\n\r\n+QFTPSIZE: 0,9\r\n",
            ),
            Answer::Number(9),
        ),
        // Blanks between the fields, or none (FIELD 1.5, 1.6).
        (
            O::Size(b"a"),
            (
                b"AT+QFTPSIZE=\"a\"\r",
                b"\r\nOK\r\n\r\n+QFTPSIZE:0, 1000\r\n",
            ),
            Answer::Number(1000),
        ),
        (
            O::Size(b"a"),
            (
                b"AT+QFTPSIZE=\"a\"\r",
                b"\r\nOK\r\n\r\n+QFTPSIZE: 0,4294967297\r\n",
            ),
            Answer::Number((1 << 32) + 1),
        ),
        (
            O::WorkingDir,
            (b"AT+QFTPPWD\r", b"\r\nOK\r\n\r\n+QFTPPWD: 0,/\r\n"),
            text("/"),
        ),
        (
            O::WorkingDir,
            (b"AT+QFTPPWD\r", b"\r\nOK\r\n\r\n+QFTPPWD: 0, \"/a b\"\r\n"),
            text("/a b"),
        ),
        (
            O::WorkingDir,
            (b"AT+QFTPPWD\r", b"\r\nOK\r\n\r\n+QFTPPWD: 0,/a, b\r\n"),
            text("/a, b"),
        ),
        (
            O::Modified(b"a"),
            (
                b"AT+QFTPMDTM=\"a\"\r",
                b"\r\nOK\r\n\r\n+QFTPMDTM: 0,\"20140708110039\"\r\n",
            ),
            text("20140708110039"),
        ),
        // The URC overtakes the result (002 §3.6 prints it so), or follows it (seen).
        (
            O::State,
            (b"AT+QFTPSTAT\r", b"\r\n+QFTPSTAT: 0,1\r\n\r\nOK\r\n"),
            Answer::State(ServiceState::Idle),
        ),
        (
            O::State,
            (b"AT+QFTPSTAT\r", b"\r\nOK\r\n\r\n+QFTPSTAT: 0,4\r\n"),
            Answer::State(ServiceState::Closed),
        ),
        (
            O::Length,
            (b"AT+QFTPLEN\r", b"\r\nOK\r\n\r\n+QFTPLEN: 0,550\r\n"),
            Answer::Number(550),
        ),
        (
            O::Delete(b"a"),
            (b"AT+QFTPDEL=\"a\"\r", b"\r\nOK\r\n\r\n+QFTPDEL: 0,0\r\n"),
            Answer::Done,
        ),
        (
            O::MakeDir(b"d"),
            (
                b"AT+QFTPMKDIR=\"d\"\r",
                b"\r\nOK\r\n\r\n+QFTPMKDIR: 0,0\r\n",
            ),
            Answer::Done,
        ),
        (
            O::RemoveDir(b"d"),
            (
                b"AT+QFTPRMDIR=\"d\"\r",
                b"\r\nOK\r\n\r\n+QFTPRMDIR: 0,0\r\n",
            ),
            Answer::Done,
        ),
        (
            O::ChangeDir(b"/"),
            (b"AT+QFTPCWD=\"/\"\r", b"\r\nOK\r\n\r\n+QFTPCWD: 0,0\r\n"),
            Answer::Done,
        ),
        (
            O::Rename {
                from: b"a",
                to: b"b",
            },
            (
                b"AT+QFTPRENAME=\"a\",\"b\"\r",
                b"\r\nOK\r\n\r\n+QFTPRENAME: 0,0\r\n",
            ),
            Answer::Done,
        ),
        (
            O::Close,
            (b"AT+QFTPCLOSE\r", b"\r\nOK\r\n\r\n+QFTPCLOSE: 0,0\r\n"),
            Answer::Done,
        ),
        (
            O::Raw(b"AT+CSQ"),
            (b"AT+CSQ\r", b"\r\n+CSQ: 28,99\r\n\r\nOK\r\n"),
            Answer::Lines(vec![b"+CSQ: 28,99".to_vec()]),
        ),
        (
            O::Raw(b"ATI"),
            (
                b"ATI\r",
                b"\r\nQuectel\r\nEC25\r\nRevision: X\r\n\r\nOK\r\n",
            ),
            Answer::Lines(vec![
                b"Quectel".to_vec(),
                b"EC25".to_vec(),
                b"Revision: X".to_vec(),
            ]),
        ),
        (
            O::Raw(b"AT+QFTPPWD"),
            (b"AT+QFTPPWD\r", b"\r\nOK\r\n\r\n+QFTPPWD: 0,/\r\n"),
            Answer::Lines(vec![b"+QFTPPWD: 0,/".to_vec()]),
        ),
        (
            O::StoreList(b"UFS:*"),
            (
                b"AT+QFLST=\"UFS:*\"\r",
                b"\r\n+QFLST: \"UFS:a\",1\r\n+QFLST: \"UFS:b\",2\r\n\r\nOK\r\n",
            ),
            Answer::Lines(vec![
                b"+QFLST: \"UFS:a\",1".to_vec(),
                b"+QFLST: \"UFS:b\",2".to_vec(),
            ]),
        ),
    ]
}

#[test]
fn every_operation_however_its_answer_is_cut() {
    for (operation, turn, answer) in conversations() {
        for chunk in [1, 2, 3, 5, 8, 1000] {
            let (result, heard) = run(operation, &[turn], chunk);
            assert_eq!(result.as_ref(), Ok(&answer), "{operation:?} by {chunk}");
            assert_eq!(heard.urcs, Vec::<Vec<u8>>::new(), "{operation:?}");
        }
    }
}

#[test]
fn a_urc_of_another_service_at_every_line_changes_nothing() {
    let urcs: [&[u8]; 5] = [
        b"+QIURC: \"pdpdeact\",2",
        b"RING",
        b"+CMTI: \"SM\",1",
        b"NO CARRIER",
        b"+CEREG: 1",
    ];
    for (operation, (sent, reply), answer) in conversations() {
        if matches!(operation, Operation::Raw(_)) {
            continue; // free text belongs to the answer of an unknown command
        }
        let starts = (0..=reply.len()).filter(|at| reply[..*at].ends_with(b"\r\n") || *at == 0);
        for at in starts.filter(|at| reply[*at..].starts_with(b"\r\n") || *at == reply.len()) {
            for urc in urcs {
                let mut noisy = reply[..at].to_vec();
                noisy.extend_from_slice(b"\r\n");
                noisy.extend_from_slice(urc);
                noisy.extend_from_slice(b"\r\n");
                noisy.extend_from_slice(&reply[at..]);
                let (result, heard) = run(operation, &[(sent, &noisy)], 4);
                assert_eq!(
                    result.as_ref(),
                    Ok(&answer),
                    "{operation:?}: {}",
                    noisy.escape_ascii()
                );
                if at < reply.len() {
                    assert_eq!(heard.urcs, [urc.to_vec()], "{operation:?}");
                }
            }
        }
    }
}

#[test]
fn failures_carry_the_modules_code_and_the_servers_reply() {
    let failed = |reply: &[u8]| run(Operation::Size(b"a"), &[(b"AT+QFTPSIZE=\"a\"\r", reply)], 7).0;
    let module = |code: u16, reply: Option<u16>| {
        Err(HostError::Module {
            command: "AT+QFTPSIZE".into(),
            code: ModuleCode(code),
            raw_code: code.into(),
            reply: reply.map(FtpCode),
        })
    };
    assert_eq!(
        failed(b"\r\nOK\r\n\r\n+QFTPSIZE: 627,550\r\n"),
        module(627, Some(550))
    );
    assert_eq!(
        failed(b"\r\nOK\r\n\r\n+QFTPSIZE: 609,0\r\n"),
        module(609, None)
    );
    assert_eq!(failed(b"\r\n+CME ERROR: 603\r\n"), module(603, None));
    let refused = |refusal| {
        Err(HostError::FinalError {
            command: "AT+QFTPSIZE".into(),
            final_error: refusal,
        })
    };
    assert_eq!(failed(b"\r\nERROR\r\n"), refused(FinalError::Error));
    assert_eq!(
        failed(b"\r\n+CME ERROR: 10\r\n"),
        refused(FinalError::Cme(10))
    );
    // Words of a table are its number.
    let known = failed(b"\r\n+CME ERROR: Invalid input value\r\n");
    assert_eq!(known, refused(FinalError::Cme(400)));
    let words = refused(FinalError::Text(b"No idea".to_vec()));
    assert_eq!(failed(b"\r\n+CME ERROR: No idea\r\n"), words);
    assert!(matches!(
        failed(b"\r\nOK\r\n\r\n+QFTPSIZE: x\r\n"),
        Err(HostError::UnexpectedLine { .. })
    ));
    let restarted = failed(b"\r\nOK\r\n\r\nRDY\r\n");
    assert_eq!(
        restarted,
        Err(HostError::Restarted {
            command: "AT+QFTPSIZE".into()
        })
    );
    let text = format!(
        "{}",
        failed(b"\r\nOK\r\n\r\n+QFTPSIZE: 627,550\r\n").expect_err("failed")
    );
    assert!(
        text.contains("AT+QFTPSIZE") && text.contains("627") && text.contains("550"),
        "{text}"
    );
}

#[test]
fn every_wait_ends_and_names_its_own_command() {
    for (operation, (sent, reply), _) in conversations() {
        // Cut off after each byte of the answer: whatever is missing, the wait ends.
        for end in [0, reply.len() / 2] {
            let (result, _) = run(operation, &[(sent, &reply[..end])], 1000);
            match result {
                Err(HostError::NoAnswer { command, .. }) => {
                    assert!(sent.starts_with(command.as_bytes()), "{command}");
                }
                Ok(_) if end > 0 => {} // the URC was whole and only its late result code is missing
                other => panic!("{operation:?}: {other:?}"),
            }
        }
    }
}

#[test]
fn a_late_answer_never_answers_the_next_command() {
    let mut line = Line::new();
    line.start(Operation::Size(b"old"));
    line.sent.clear();
    line.hear(b"\r\nOK\r\n", 100);
    line.wait();
    assert!(matches!(
        line.heard.result,
        Some(Err(HostError::NoAnswer { .. }))
    ));
    // The next operation asks first whether the line is in step; the old URC, an old OK and an old error come late.
    line.start(Operation::Size(b"new"));
    let turns: [Turn<'_>; 2] = [
        (
            b"\rAT+CMEE?\r",
            b"\r\nOK\r\n\r\n+CME ERROR: 603\r\n\r\n+CMEE: 1\r\n\r\nOK\r\n",
        ),
        (
            b"AT+QFTPSIZE=\"new\"\r",
            b"\r\n+QFTPSIZE: 0,111\r\n\r\nOK\r\n\r\n+QFTPSIZE: 0,222\r\n",
        ),
    ];
    assert_eq!(line.play(&turns, 3), Ok(Answer::Number(222)));
}

#[test]
fn names_that_cannot_stand_on_the_line_are_refused_before_a_byte_is_sent() {
    let long = vec![b'x'; 256];
    let fits = vec![b'x'; 255];
    for bad in [
        &b"a\rb"[..],
        b"a\nb",
        b"a\"b",
        b"a\0b",
        b"a\x1ab",
        b"",
        &long,
    ] {
        let login = |host: &[u8], user: &[u8], password: &[u8]| Login::new(host, user, password);
        let logins = [
            login(bad, b"u", b"p"),
            login(b"h", bad, b"p"),
            login(b"h", b"u", bad),
        ];
        let apn = Login {
            apn: Some(bad.to_vec()),
            ..login(b"h", b"u", b"p")
        };
        let mut operations = vec![
            Operation::Size(bad),
            Operation::Modified(bad),
            Operation::Delete(bad),
            Operation::MakeDir(bad),
            Operation::RemoveDir(bad),
            Operation::ChangeDir(bad),
            Operation::Rename {
                from: bad,
                to: b"b",
            },
            Operation::Rename {
                from: b"a",
                to: bad,
            },
            Operation::Put {
                remote: bad,
                offset: 0,
                length: 1,
                last: true,
            },
            Operation::Get {
                remote: bad,
                offset: 0,
                length: None,
                expected: None,
            },
            Operation::StoreList(bad),
            Operation::StoreDelete(bad),
            Operation::StoreDownload(bad),
            Operation::StoreUpload {
                name: bad,
                length: 1,
            },
        ];
        // An empty directory is the current one; empty user, password and access point are fine.
        let listings = [Listing::List, Listing::Names, Listing::Machine];
        let list = |listing: &Listing| Operation::List(*listing, bad);
        operations.extend(listings.iter().filter(|_| !bad.is_empty()).map(list));
        operations.extend(
            logins
                .iter()
                .filter(|_| !bad.is_empty())
                .map(Operation::Login),
        );
        operations.extend((!bad.is_empty()).then_some(Operation::Login(&apn)));
        for operation in operations {
            let mut host = Host::new(dialect::by_name("bg96").expect("bg96"));
            let refused = host.start(Duration::ZERO, operation);
            assert!(
                matches!(refused, Err(HostError::InvalidArgument { .. })),
                "{operation:?}: {refused:?}"
            );
            assert_eq!(host.poll_transmit(), None);
            assert!(host.is_idle());
        }
    }
    let mut host = Host::new(dialect::by_name("bg96").expect("bg96"));
    assert_eq!(host.start(Duration::ZERO, Operation::Size(&fits)), Ok(()));
    assert_eq!(
        host.start(Duration::ZERO, Operation::Size(b"a")),
        Err(HostError::Busy)
    );
}

#[test]
fn raw_commands_that_would_enter_data_mode_or_hide_a_second_line_are_refused() {
    let data_mode = HostError::Unsupported {
        dialect: "ec2x",
        operation: "data mode in a raw command",
    };
    let bad_line = |param_error| HostError::InvalidArgument {
        command: "AT",
        param_error,
    };
    let cr = ParamError::UnencodableByte {
        name: "line",
        reason: UnencodableByte {
            byte: b'\r',
            position: 6,
        },
    };
    let lines: [(&[u8], HostError); 5] = [
        (b"AT+QFTPGET=\"a\",\"COM:\"", data_mode.clone()),
        (b"AT+CSQ\rAT+CSQ", bad_line(cr)),
        (b"AT+QFUPL=\"a\",5", data_mode.clone()),
        (b"hello", bad_line(ParamError::Type("line"))),
        (b"AT+CSQ;+QFTPLIST=\".\"", data_mode),
    ];
    for (raw, expected) in lines {
        let mut host = Host::new(dialect::by_name("ec2x").expect("ec2x"));
        let refused = host.start(Duration::ZERO, Operation::Raw(raw));
        assert_eq!(refused, Err(expected), "{}", raw.escape_ascii());
        assert_eq!(host.poll_transmit(), None);
    }
}

#[test]
fn an_upload_is_counted_and_the_modules_count_compared() {
    for (stated, chunk) in [(5, 1), (5, 100), (4, 100)] {
        let mut line = Line::new();
        line.upload = b"+++\r\n".to_vec();
        line.start(Operation::Put {
            remote: b"f",
            offset: 10,
            length: 5,
            last: true,
        });
        let reply = format!("\r\nOK\r\n\r\n+QFTPPUT: 0,{stated}\r\n");
        let turns: [Turn<'_>; 2] = [
            (b"AT+QFTPPUT=\"f\",\"COM:\",10,5,1\r", b"\r\nCONNECT\r\n"),
            (b"+++\r\n", reply.as_bytes()),
        ];
        let result = line.play(&turns, chunk);
        if stated == 5 {
            assert_eq!(result, Ok(Answer::Number(5)));
        } else {
            let failure = HostError::Incomplete {
                command: "AT+QFTPPUT".into(),
                bytes_confirmed: 4,
                expected: 5,
            };
            assert_eq!(result, Err(failure));
        }
    }
}

#[test]
fn an_empty_upload_sends_no_payload() {
    let mut line = Line::new();
    line.start(Operation::Put {
        remote: b"f",
        offset: 0,
        length: 0,
        last: true,
    });
    let turn: Turn<'_> = (
        b"AT+QFTPPUT=\"f\",\"COM:\",0,0,1\r",
        b"\r\nCONNECT\r\n\r\nOK\r\n\r\n+QFTPPUT: 0,0\r\n",
    );
    assert_eq!(line.play(&[turn], 1), Ok(Answer::Number(0)));
}

#[test]
fn a_data_connection_that_fails_is_understood_in_every_form() {
    let failure = |reply: Option<u16>| {
        Err(HostError::Module {
            command: "AT+QFTPGET".into(),
            code: ModuleCode(615),
            raw_code: 615,
            reply: reply.map(FtpCode),
        })
    };
    let forms: [(&[u8], Option<u16>); 4] = [
        (b"\r\n+CME ERROR: 615\r\n", None),
        (b"\r\nOK\r\n\r\n+QFTPGET: 615,425\r\n", Some(425)),
        (b"\r\n+QFTPGET: 615,425\r\n", Some(425)),
        (
            b"\r\nCONNECT\r\n\r\nOK\r\n\r\n+QFTPGET: 615,425\r\n",
            Some(425),
        ),
    ];
    for (form, reply) in forms {
        let operation = Operation::Get {
            remote: b"f",
            offset: 0,
            length: None,
            expected: Some(9),
        };
        let (result, heard) = run(operation, &[(b"AT+QFTPGET=\"f\",\"COM:\",0\r", form)], 3);
        assert_eq!(result, failure(reply), "{}", form.escape_ascii());
        assert!(heard.data.is_empty());
    }
}

#[test]
fn a_download_that_breaks_off_keeps_what_came() {
    let operation = Operation::Get {
        remote: b"f",
        offset: 0,
        length: None,
        expected: Some(9),
    };
    let turn: Turn<'_> = (
        b"AT+QFTPGET=\"f\",\"COM:\",0\r",
        b"\r\nCONNECT\r\nabc\r\nOK\r\n\r\n+QFTPGET: 607,0\r\n",
    );
    let (result, heard) = run(operation, &[turn], 2);
    assert_eq!(
        result,
        Err(HostError::Module {
            command: "AT+QFTPGET".into(),
            code: ModuleCode(607),
            raw_code: 607,
            reply: None
        })
    );
    assert_eq!(heard.data, b"abc");
}

#[test]
fn after_an_upload_that_failed_half_way_a_cr_ends_what_the_module_did_not_take() {
    let mut line = Line::new();
    line.upload = vec![b'x'; 100];
    line.start(Operation::Put {
        remote: b"f",
        offset: 0,
        length: 100,
        last: true,
    });
    line.hear(b"\r\nCONNECT\r\n", 100);
    line.hear(b"\r\nOK\r\n\r\n+QFTPPUT: 629,552\r\n", 100);
    assert!(matches!(
        line.heard.result,
        Some(Err(HostError::Module { .. }))
    ));
    line.sent.clear();
    line.start(Operation::WorkingDir);
    let turns: [Turn<'_>; 2] = [
        // The first ERROR is that of the rest.
        (b"\rAT+CMEE?\r", b"\r\nERROR\r\n\r\n+CMEE: 1\r\n\r\nOK\r\n"),
        (b"AT+QFTPPWD\r", b"\r\nOK\r\n\r\n+QFTPPWD: 0,/\r\n"),
    ];
    assert_eq!(line.play(&turns, 5), Ok(Answer::Text(b"/".to_vec())));
    line.start(Operation::WorkingDir);
    assert_eq!(line.play(&turns[1..], 5), Ok(Answer::Text(b"/".to_vec())));
}

#[test]
fn after_a_cancelled_upload_the_next_operation_leaves_data_mode_and_brings_the_line_in_step() {
    let mut line = Line::new();
    line.upload = vec![b'x'; 100];
    line.start(Operation::Put {
        remote: b"f",
        offset: 0,
        length: 200,
        last: true,
    });
    line.sent.clear();
    line.hear(b"\r\nCONNECT\r\n", 100);
    assert_eq!(line.sent.len(), 100);
    line.sent.clear();
    line.host.cancel(line.now);
    line.drain();
    assert_eq!(
        line.heard.result,
        Some(Err(HostError::Cancelled {
            bytes_confirmed: 100
        }))
    );
    assert_eq!(line.host.poll_timeout(), None);
    line.start(Operation::WorkingDir);
    assert!(line.sent.is_empty(), "silence comes first");
    let silent_until = line.host.poll_timeout().expect("a deadline");
    assert!(silent_until >= line.now + Duration::from_secs(1));
    line.now = silent_until;
    line.host.handle_timeout(line.now);
    line.drain();
    assert_eq!(line.sent, b"+++");
    line.sent.clear();
    line.hear(b"\r\nOK\r\n\r\n+QFTPPUT: 0,100\r\n", 4);
    line.now += Duration::from_secs(2);
    line.host.handle_timeout(line.now);
    line.drain();
    let turns: [Turn<'_>; 3] = [
        (b"\rAT+CMEE?\r", b"\r\n+CMEE: 1\r\n\r\nOK\r\n"),
        (b"AT+QFTPSTAT\r", b"\r\nOK\r\n\r\n+QFTPSTAT: 0,1\r\n"),
        (b"AT+QFTPPWD\r", b"\r\nOK\r\n\r\n+QFTPPWD: 0,/\r\n"),
    ];
    assert_eq!(line.play(&turns, 5), Ok(Answer::Text(b"/".to_vec())));
    line.start(Operation::WorkingDir);
    assert_eq!(line.play(&turns[2..], 5), Ok(Answer::Text(b"/".to_vec())));
}

/// It is asked twice, and in vain.
#[test]
fn a_module_that_stays_silent_after_the_escape_is_told_by_the_command_that_it_does_not_answer() {
    let mut line = Line::new();
    line.start(Operation::Get {
        remote: b"f",
        offset: 0,
        length: None,
        expected: None,
    });
    line.hear(b"\r\nCONNECT\r\nabc", 100);
    line.host.cancel(line.now);
    line.drain();
    for _ in 0..2 {
        line.sent.clear();
        line.start(Operation::WorkingDir);
        line.wait();
        let silent = HostError::NoAnswer {
            command: "AT+CMEE?".into(),
            seconds: 5,
        };
        assert_eq!(line.heard.result, Some(Err(silent)));
        assert_eq!(line.sent, b"+++\rAT+CMEE?\r+++\rAT+CMEE?\r");
    }
}

#[test]
fn after_a_cancelled_download_the_session_is_closed_if_the_module_goes_on() {
    let mut line = Line::new();
    line.start(Operation::Get {
        remote: b"f",
        offset: 0,
        length: None,
        expected: Some(1000),
    });
    line.sent.clear();
    line.hear(b"\r\nCONNECT\r\nabcdef", 100);
    line.host.cancel(line.now);
    line.drain();
    assert_eq!(
        line.heard.result,
        Some(Err(HostError::Cancelled { bytes_confirmed: 6 }))
    );
    line.hear(b"ghi", 100);
    line.start(Operation::Resync);
    line.hear(b"jkl", 100);
    line.now = line.host.poll_timeout().expect("a deadline");
    line.host.handle_timeout(line.now);
    line.hear(b"mno\r\nOK\r\n", 100);
    assert_eq!(line.sent, b"+++");
    line.sent.clear();
    line.now += Duration::from_secs(2);
    line.host.handle_timeout(line.now);
    line.drain();
    let turns: [Turn<'_>; 3] = [
        (b"\rAT+CMEE?\r", b"\r\n+CMEE: 1\r\n\r\nOK\r\n"),
        (b"AT+QFTPSTAT\r", b"\r\nOK\r\n\r\n+QFTPSTAT: 0,2\r\n"),
        (b"AT+QFTPCLOSE\r", b"\r\nOK\r\n\r\n+QFTPCLOSE: 0,0\r\n"),
    ];
    assert_eq!(line.play(&turns, 5), Ok(Answer::Done));
    assert_eq!(line.heard.data, b"");
    assert_eq!(line.heard.urcs, Vec::<Vec<u8>>::new());
}

/// An old result is passed over once; a module whose URC comes before its `OK` is understood again after that.
#[test]
fn the_result_of_a_cancelled_command_is_passed_over_once() {
    let mut line = Line::new();
    line.start(Operation::Size(b"old"));
    line.hear(b"\r\nOK\r\n", 100);
    line.host.cancel(line.now);
    line.drain();
    line.sent.clear();
    line.start(Operation::Size(b"new"));
    line.hear(b"\r\n+QFTPSIZE: 0,111\r\n", 100);
    let asked: Turn<'_> = (b"\rAT+CMEE?\r", b"\r\n+CMEE: 1\r\n\r\nOK\r\n");
    let early: Turn<'_> = (
        b"AT+QFTPSIZE=\"new\"\r",
        b"\r\n+QFTPSIZE: 0,222\r\n\r\nOK\r\n",
    );
    assert_eq!(line.play(&[asked, early], 3), Ok(Answer::Number(222)));
    line.start(Operation::Size(b"new"));
    assert_eq!(line.play(&[early], 3), Ok(Answer::Number(222)));
    // It does not come at all: then the next one is the first that could be it.
    line.start(Operation::Size(b"old"));
    line.hear(b"\r\nOK\r\n", 100);
    line.host.cancel(line.now);
    line.drain();
    line.sent.clear();
    line.start(Operation::WorkingDir);
    line.now = line.host.poll_timeout().expect("a deadline");
    line.host.handle_timeout(line.now);
    line.drain();
    let turn: Turn<'_> = (b"AT+QFTPPWD\r", b"\r\nOK\r\n\r\n+QFTPPWD: 0,/\r\n");
    assert_eq!(
        line.play(&[asked, turn], 5),
        Ok(Answer::Text(b"/".to_vec()))
    );
    line.start(Operation::Size(b"new"));
    let late: Turn<'_> = (
        b"AT+QFTPSIZE=\"new\"\r",
        b"\r\n+QFTPSIZE: 0,111\r\n\r\nOK\r\n\r\n+QFTPSIZE: 0,222\r\n",
    );
    assert_eq!(line.play(&[late], 3), Ok(Answer::Number(222)));
    line.start(Operation::Size(b"new"));
    assert_eq!(line.play(&[early], 3), Ok(Answer::Number(222)));
}

#[test]
fn a_login_asks_before_it_sets() {
    let mut login = Login::new("ftp.example.com", "user", "secret");
    login.apn = Some(b"UNINET".to_vec());
    let ok: &[u8] = b"\r\nOK\r\n";
    let settings: [Turn<'_>; 7] = [
        (b"AT+QFTPCFG=\"contextid\",1\r", ok),
        (b"AT+QFTPCFG=\"account\",\"user\",\"secret\"\r", ok),
        (b"AT+QFTPCFG=\"filetype\",0\r", ok),
        (b"AT+QFTPCFG=\"transmode\",1\r", ok),
        (b"AT+QFTPCFG=\"rsptimeout\",90\r", ok),
        (b"AT+QFTPCFG=\"ssltype\",0\r", ok),
        (
            b"AT+QFTPOPEN=\"ftp.example.com\",21\r",
            b"\r\nOK\r\n\r\n+QFTPOPEN: 0,0\r\n",
        ),
    ];
    let closed: Turn<'_> = (b"AT+QFTPSTAT\r", b"\r\nOK\r\n\r\n+QFTPSTAT: 0,4\r\n");
    let open: Turn<'_> = (b"AT+QFTPSTAT\r", b"\r\nOK\r\n\r\n+QFTPSTAT: 0,1\r\n");
    let close: Turn<'_> = (b"AT+QFTPCLOSE\r", b"\r\nOK\r\n\r\n+QFTPCLOSE: 0,0\r\n");
    let active: Turn<'_> = (
        b"AT+QIACT?\r",
        b"\r\n+QIACT: 1,1,1,\"10.7.157.1\"\r\n\r\nOK\r\n",
    );
    let inactive: Turn<'_> = (b"AT+QIACT?\r", ok);
    let context: Turn<'_> = (b"AT+QICSGP=1,1,\"UNINET\",\"\",\"\",0\r", ok);
    let activate: Turn<'_> = (b"AT+QIACT=1\r", ok);
    let ways: [Vec<Turn<'_>>; 3] = [
        vec![closed, active],
        vec![open, close, active],
        vec![closed, inactive, context, activate],
    ];
    for way in ways {
        let turns: Vec<Turn<'_>> = way.into_iter().chain(settings).collect();
        assert_eq!(run(Operation::Login(&login), &turns, 6).0, Ok(Answer::Done));
    }
    let refused = [
        closed,
        inactive,
        context,
        (b"AT+QIACT=1\r", b"\r\nERROR\r\n"),
    ];
    let failure = HostError::FinalError {
        command: "AT+QIACT".into(),
        final_error: FinalError::Error,
    };
    assert_eq!(run(Operation::Login(&login), &refused, 6).0, Err(failure));
    assert!(!format!("{login:?}").contains("secret"));
}

#[test]
fn identification_gets_a_line_in_step() {
    let turns: [Turn<'_>; 5] = [
        (b"AT\r", b"garbage\r\nERROR\r\n"),
        (b"ATE0V1\r", b"ATE0V1\r\r\nOK\r\n"),
        (b"AT+CMEE=1\r", b"\r\nOK\r\n"),
        (b"AT+CMEE?\r", b"\r\nOK\r\n\r\n+CMEE: 1\r\n\r\nOK\r\n"),
        (
            b"ATI\r",
            b"\r\nQuectel\r\nBG96\r\nRevision: BG96MAR02A07M1G\r\n\r\nOK\r\n",
        ),
    ];
    let mut line = Line::new();
    line.start(Operation::Identify);
    let Ok(Answer::Identity(identity)) = line.play(&turns, 3) else {
        panic!("{:?}", line.heard)
    };
    assert_eq!(
        (identity.manufacturer.as_str(), identity.model.as_str()),
        ("Quectel", "BG96")
    );
    assert_eq!(line.host.dialect().name, "bg96");
}

#[test]
fn identification_of_a_silent_line_tries_the_escape_sequence_and_gives_up() {
    let mut line = Line::new();
    line.start(Operation::Identify);
    line.wait();
    assert_eq!(line.sent, b"AT\rAT\rAT\r+++\x03\rAT\r");
    assert!(matches!(
        line.heard.result,
        Some(Err(HostError::NoAnswer { .. }))
    ));
}

/// A receiver of positions is no module, and its port never silent.
#[test]
fn identification_of_a_port_that_never_falls_silent_gives_up() {
    let mut line = Line::new();
    line.start(Operation::Identify);
    while line.heard.result.is_none() {
        line.now += Duration::from_millis(100);
        assert!(line.now < Duration::from_secs(60), "it never ends");
        line.hear(b"$GPGGA,092204.999,,,,,0,0,,,M,,M,,*43\r\n", 100);
        line.host.handle_timeout(line.now);
        line.drain();
    }
    assert!(matches!(
        line.heard.result,
        Some(Err(HostError::NoAnswer { .. }))
    ));
}

#[test]
fn bursts_and_endless_lines_cost_no_memory_and_lose_nothing() {
    let mut line = Line::new();
    line.start(Operation::Size(b"a"));
    for _ in 0..10_000 {
        line.hear(b"\r\n+CMTI: \"SM\",1\r\n", 100);
    }
    line.hear(&vec![b'x'; 1 << 20], 4096);
    line.hear(b"\r\n\r\nOK\r\n\r\n+QFTPSIZE: 0,5\r\n", 100);
    assert_eq!(line.heard.result, Some(Ok(Answer::Number(5))));
    assert_eq!(line.heard.urcs.len(), 10_000);
}

#[test]
fn the_text_of_a_short_message_and_socket_bytes_are_passed_over() {
    let reply = b"\r\n+CMT: \"+49\",,\"26/11/21\"\r\nOK\r\n\r\n+QIURC: \"recv\",0,6\r\n\r\nOK\r\n\r\nOK\r\n\r\n+QFTPSIZE: 0,5\r\n";
    let (result, _) = run(Operation::Size(b"a"), &[(b"AT+QFTPSIZE=\"a\"\r", reply)], 1);
    assert_eq!(result, Ok(Answer::Number(5)));
}

proptest! {
    #[test]
    fn no_bytes_from_the_line_panic_or_hang(
        noise in prop::collection::vec(any::<u8>(), 0..400),
        chunk in 1usize..50,
    ) {
        for operation in [
            Operation::Size(b"a"),
            Operation::Identify,
            Operation::Get { remote: b"a", offset: 0, length: None, expected: None },
            Operation::Put { remote: b"a", offset: 0, length: 10, last: true },
        ] {
            let mut line = Line::new();
            line.upload = vec![0; 10];
            line.start(operation);
            line.hear(&noise, chunk);
            line.hear(b"\r\nCONNECT\r\n", chunk);
            line.hear(&noise, chunk);
            line.wait();
        }
    }

    #[test]
    fn any_file_comes_down_byte_for_byte(
        file in prop::collection::vec(any::<u8>(), 0..2000),
        chunk in 1usize..100,
        known in any::<bool>(),
    ) {
        let mut reply = b"\r\nCONNECT\r\n".to_vec();
        reply.extend_from_slice(&file);
        reply.extend_from_slice(format!("\r\nOK\r\n\r\n+QFTPGET: 0,{}\r\n", file.len()).as_bytes());
        let expected = known.then_some(file.len() as u64);
        let operation = Operation::Get { remote: b"f", offset: 0, length: None, expected };
        let (result, heard) = run(operation, &[(b"AT+QFTPGET=\"f\",\"COM:\",0\r", &reply)], chunk);
        prop_assert_eq!(result, Ok(Answer::Number(file.len() as u64)));
        prop_assert_eq!(heard.data, file);
    }
}

/// What `ATI` does not tell, `AT+CGMM` and `AT+CGMI` do: each of the five dialects is found by each of them.
#[test]
fn every_dialect_is_found_by_each_of_the_three_questions() {
    let start: [Turn<'_>; 4] = [
        (b"AT\r", b"\r\nOK\r\n"),
        (b"ATE0V1\r", b"\r\nOK\r\n"),
        (b"AT+CMEE=1\r", b"\r\nOK\r\n"),
        (b"AT+CMEE?\r", b"\r\n+CMEE: 1\r\n\r\nOK\r\n"),
    ];
    let refused: &[u8] = b"\r\nERROR\r\n";
    for dialect in dialect::ALL {
        for identity in dialect.identities {
            let told = |text: &str| format!("\r\n{text}\r\n\r\nOK\r\n").into_bytes();
            let by_ati = told(&format!("{}\r\n{}", identity.manufacturer, identity.model));
            let (model, maker) = (told(identity.model), told(identity.manufacturer));
            let mut ways: Vec<Vec<Turn<'_>>> = vec![
                vec![(b"ATI\r", &by_ati)],
                vec![
                    (b"ATI\r", refused),
                    (b"AT+CGMM\r", &model),
                    (b"AT+CGMI\r", &maker),
                ],
            ];
            if dialect::by_manufacturer(identity.manufacturer).is_some() {
                ways.push(vec![
                    (b"ATI\r", refused),
                    (b"AT+CGMM\r", refused),
                    (b"AT+CGMI\r", &maker),
                ]);
            }
            for way in ways {
                let mut line = Line::new();
                line.start(Operation::Identify);
                let turns: Vec<Turn<'_>> = start.iter().chain(&way).copied().collect();
                let result = line.play(&turns, 1);
                assert!(matches!(result, Ok(Answer::Identity(_))), "{result:?}");
                assert_eq!(line.host.dialect().name, dialect.name, "{identity:?}");
            }
        }
    }
}
