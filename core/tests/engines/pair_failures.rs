//! The host end and the module end, wired together, when something does not come: a server that stalls, a line that
//! dies at any byte. Every wait ends, says what it waited for, and the line can be used again.

use std::time::Duration;

use crate::pair::Pair;
use qftp::codes::ModuleCode;
use qftp::dialect;
use qftp::host::{Answer, HostError, Listing, Login, Operation};
use qftp_test::conversation::{Bytes, LineEvent, play::Terminal};

const LENGTH: usize = 1500;

/// The longest wait of all is for a login: `rsptimeout` at its largest, and the host's own margin.
const LONGEST: Duration = Duration::from_secs(600);

fn sample() -> Vec<u8> {
    Bytes::Sample(0..LENGTH).bytes()
}

/// Both ends with a session, a file and a directory on the server, a file in flash.
fn logged_in() -> Pair {
    let mut pair = Pair::new(dialect::ALL[1]);
    pair.harness.server.put("/a", sample(), None);
    pair.harness.server.make_directory("/d");
    pair.run(Operation::Identify).expect("an identity");
    let login = Login::new("ftp.example.com", "test", "secret");
    pair.run(Operation::Login(&login)).expect("a session");
    let upload = Operation::StoreUpload {
        name: b"UFS:s",
        length: LENGTH as u64,
    };
    pair.send(upload, &sample()).expect("a stored file");
    pair.upload = sample();
    pair
}

/// Operations of every shape; uploads have [`LENGTH`] bytes to send.
fn operations() -> Vec<Operation<'static>> {
    use Operation as O;
    let length = LENGTH as u64;
    vec![
        O::Identify,
        O::Put {
            remote: b"b",
            offset: 0,
            length,
            last: true,
        },
        O::Put {
            remote: b"b",
            offset: 0,
            length,
            last: false,
        },
        O::Get {
            remote: b"a",
            offset: 0,
            length: None,
            expected: Some(length),
        },
        O::Get {
            remote: b"a",
            offset: 0,
            length: None,
            expected: None,
        },
        O::Get {
            remote: b"a",
            offset: 10,
            length: Some(100),
            expected: None,
        },
        O::List(Listing::List, b"."),
        O::List(Listing::Names, b"d"),
        O::Size(b"a"),
        O::Modified(b"a"),
        O::Delete(b"a"),
        O::Rename {
            from: b"a",
            to: b"c",
        },
        O::MakeDir(b"e"),
        O::RemoveDir(b"d"),
        O::ChangeDir(b"d"),
        O::WorkingDir,
        O::Transferred,
        O::ServiceState,
        O::Logout,
        O::Raw(b"AT+CSQ"),
        O::Raw(b"AT+QFTPGET=\"a\",\"RAM:a\""),
        O::StoreSpace(b"UFS"),
        O::StoreList(b"*"),
        O::StoreDelete(b"UFS:s"),
        O::StoreUpload {
            name: b"UFS:t",
            length,
        },
        O::StoreDownload(b"UFS:s"),
    ]
}

/// The command that an operation consists of, as failures name it.
fn command(operation: &Operation<'_>) -> &'static str {
    match operation {
        Operation::Put { .. } => "AT+QFTPPUT",
        Operation::Get { .. } => "AT+QFTPGET",
        Operation::List(Listing::List, _) => "AT+QFTPLIST",
        Operation::List(..) => "AT+QFTPNLST",
        Operation::Size(_) => "AT+QFTPSIZE",
        Operation::Modified(_) => "AT+QFTPMDTM",
        Operation::Delete(_) => "AT+QFTPDEL",
        Operation::Rename { .. } => "AT+QFTPRENAME",
        Operation::MakeDir(_) => "AT+QFTPMKDIR",
        Operation::RemoveDir(_) => "AT+QFTPRMDIR",
        Operation::ChangeDir(_) => "AT+QFTPCWD",
        Operation::WorkingDir => "AT+QFTPPWD",
        Operation::Logout => "AT+QFTPCLOSE",
        _ => "AT",
    }
}

/// The line works and the module answers for itself.
fn works(pair: &mut Pair, context: &str) {
    pair.alive = None;
    pair.harness.server.stalled = false;
    pair.harness.server.flow = None;
    let identity = pair.run(Operation::Identify);
    assert!(
        matches!(identity, Ok(Answer::Identity(_))),
        "{context}: {identity:?}"
    );
    let state = pair.run(Operation::ServiceState);
    assert!(
        matches!(state, Ok(Answer::State(_))),
        "{context}: {state:?}"
    );
}

#[test]
fn a_line_that_is_dead_from_some_byte_on() {
    for operation in operations() {
        let mut whole = logged_in();
        let result = whole.run(operation);
        assert!(result.is_ok(), "{operation:?}: {result:?}");
        let total = whole.heard;
        // Inside a payload every place is alike.
        let cuts = (0..total).filter(|at| *at < 100 || *at + 100 > total || at % 97 == 0);
        for alive in cuts {
            let mut pair = logged_in();
            pair.alive = Some(alive);
            let begun = pair.harness.now;
            let result = pair.run(operation);
            let context = format!("{operation:?} with {alive} of {total} bytes");
            let failure = result.expect_err(&context);
            assert!(pair.harness.now <= begun + LONGEST, "{context}: {failure}");
            assert!(
                failure.to_string().contains(command(&operation)),
                "{context}: {failure}"
            );
            works(&mut pair, &context);
        }
    }
}

/// The next operation resyncs a line by itself.
#[test]
fn after_a_time_out_the_next_operation_works() {
    for operation in operations() {
        for alive in [0, 3, 40] {
            let mut pair = logged_in();
            pair.alive = Some(alive);
            let failed = pair.run(operation);
            pair.alive = None;
            let state = pair.run(Operation::ServiceState);
            let context = format!("{operation:?} with {alive} bytes: {failed:?}");
            assert!(
                matches!(state, Ok(Answer::State(_))),
                "{context}: {state:?}"
            );
        }
    }
}

#[test]
fn a_server_that_stalls() {
    let server = |operation: &Operation<'_>| command(operation) != "AT";
    for operation in operations().into_iter().filter(server) {
        let mut pair = logged_in();
        pair.harness.happen(LineEvent::Stall(true));
        let begun = pair.harness.now;
        let result = pair.run(operation);
        match result {
            Err(HostError::Module {
                command: named,
                code: ModuleCode(609),
                raw_code: 609,
                reply: None,
                ..
            }) => {
                assert_eq!(named, command(&operation));
            }
            result => panic!("{operation:?}: {result:?}"),
        }
        let waited = pair.harness.now.saturating_sub(begun);
        // The URC waits for the server, which has 3 s more; a logout waits for nothing.
        let settled = if matches!(operation, Operation::Logout) {
            90
        } else {
            93
        };
        assert_eq!(waited.as_secs(), settled, "{operation:?}");
        works(&mut pair, &format!("{operation:?}"));
    }
}

#[test]
fn a_server_that_stalls_in_the_middle_of_a_download() {
    let mut pair = logged_in();
    pair.harness.happen(LineEvent::Flow(700));
    let get = Operation::Get {
        remote: b"a",
        offset: 0,
        length: None,
        expected: Some(LENGTH as u64),
    };
    let result = pair.run(get);
    assert!(
        matches!(
            result,
            Err(HostError::Module {
                code: ModuleCode(609),
                ..
            } | HostError::Incomplete { .. })
        ),
        "{result:?}"
    );
    assert_eq!(pair.download, sample()[..700]);
    works(&mut pair, "get");
    assert_eq!(pair.run(get), Ok(Answer::Number(LENGTH as u64)));
}

#[test]
fn a_login_that_stalls() {
    let mut pair = Pair::new(dialect::ALL[1]);
    pair.run(Operation::Identify).expect("an identity");
    pair.harness.happen(LineEvent::Stall(true));
    let mut login = Login::new("ftp.example.com", "test", "secret");
    login.response_timeout_s = 180;
    let result = pair.run(Operation::Login(&login));
    assert!(
        matches!(
            result,
            Err(HostError::Module {
                code: ModuleCode(609),
                ..
            })
        ),
        "{result:?}"
    );
    works(&mut pair, "login");
    assert_eq!(pair.run(Operation::Login(&login)), Ok(Answer::Done));
}
