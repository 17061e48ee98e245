//! The host end and the module end, wired together, when something does not come: a server that stalls, a line that
//! dies at any byte. Every wait ends, says what it waited for, and the line can be used again.

#[allow(dead_code)] // each test uses its part
mod conversation;
#[allow(dead_code)]
mod mirror;
#[allow(dead_code)]
mod world;

use std::time::Duration;

use conversation::{Bytes, Happening, play::Terminal};
use mirror::Mirror;
use qftp::dialect;
use qftp::host::{Answer, Failure, Listing, Login, Operation};

const LENGTH: usize = 1500;

/// The longest wait of all is for a login: `rsptimeout` at its largest, and the host's own margin.
const LONGEST: Duration = Duration::from_secs(600);

fn sample() -> Vec<u8> {
    Bytes::Sample(0..LENGTH).bytes()
}

/// Both ends with a session, a file and a directory on the server, a file in flash.
fn logged_in() -> Mirror {
    let mut mirror = Mirror::new(dialect::ALL[1]);
    mirror.world.server.put("/a", sample(), None);
    mirror.world.server.make_directory("/d");
    mirror.run(Operation::Identify).expect("an identity");
    let login = Login::new("ftp.example.com", "test", "secret");
    mirror.run(Operation::Login(&login)).expect("a session");
    let upload = Operation::StoreUpload {
        name: b"UFS:s",
        length: LENGTH as u64,
    };
    mirror.send(upload, &sample()).expect("a stored file");
    mirror.upload = sample();
    mirror
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
        O::Length,
        O::State,
        O::Close,
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
        Operation::Close => "AT+QFTPCLOSE",
        _ => "AT",
    }
}

/// The line works and the module answers for itself.
fn works(mirror: &mut Mirror, context: &str) {
    mirror.alive = None;
    mirror.world.server.stalled = false;
    mirror.world.server.flow = None;
    let identity = mirror.run(Operation::Identify);
    assert!(
        matches!(identity, Ok(Answer::Identity(_))),
        "{context}: {identity:?}"
    );
    let state = mirror.run(Operation::State);
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
            let mut mirror = logged_in();
            mirror.alive = Some(alive);
            let begun = mirror.world.now;
            let result = mirror.run(operation);
            let context = format!("{operation:?} with {alive} of {total} bytes");
            let failure = result.expect_err(&context);
            assert!(mirror.world.now <= begun + LONGEST, "{context}: {failure}");
            assert!(
                failure.to_string().contains(command(&operation)),
                "{context}: {failure}"
            );
            works(&mut mirror, &context);
        }
    }
}

/// The next operation brings a line in step by itself.
#[test]
fn after_a_time_out_the_next_operation_works() {
    for operation in operations() {
        for alive in [0, 3, 40] {
            let mut mirror = logged_in();
            mirror.alive = Some(alive);
            let failed = mirror.run(operation);
            mirror.alive = None;
            let state = mirror.run(Operation::State);
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
        let mut mirror = logged_in();
        mirror.world.happen(Happening::Stall(true));
        let begun = mirror.world.now;
        let result = mirror.run(operation);
        match result {
            Err(Failure::Module {
                operation: named,
                code: 609,
                said: 609,
                reply: None,
            }) => {
                assert_eq!(named, command(&operation));
            }
            result => panic!("{operation:?}: {result:?}"),
        }
        let waited = mirror.world.now.saturating_sub(begun);
        assert_eq!(waited.as_secs(), 90, "{operation:?}");
        works(&mut mirror, &format!("{operation:?}"));
    }
}

#[test]
fn a_server_that_stalls_in_the_middle_of_a_download() {
    let mut mirror = logged_in();
    mirror.world.happen(Happening::Flow(700));
    let get = Operation::Get {
        remote: b"a",
        offset: 0,
        length: None,
        expected: Some(LENGTH as u64),
    };
    let result = mirror.run(get);
    assert!(
        matches!(
            result,
            Err(Failure::Module { code: 609, .. } | Failure::Incomplete { .. })
        ),
        "{result:?}"
    );
    assert_eq!(mirror.download, sample()[..700]);
    works(&mut mirror, "get");
    assert_eq!(mirror.run(get), Ok(Answer::Number(LENGTH as u64)));
}

#[test]
fn a_login_that_stalls() {
    let mut mirror = Mirror::new(dialect::ALL[1]);
    mirror.run(Operation::Identify).expect("an identity");
    mirror.world.happen(Happening::Stall(true));
    let mut login = Login::new("ftp.example.com", "test", "secret");
    login.response_timeout_s = 180;
    let result = mirror.run(Operation::Login(&login));
    assert!(
        matches!(result, Err(Failure::Module { code: 609, .. })),
        "{result:?}"
    );
    works(&mut mirror, "login");
    assert_eq!(mirror.run(Operation::Login(&login)), Ok(Answer::Done));
}
