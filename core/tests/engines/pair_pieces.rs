//! The host end with `nl668`, whose files go in counted pieces too: FTPPUT, and FTPGET with FTPRECV (003 §1.2.18 to
//! §1.2.20).

use std::time::Duration;

use crate::harness::Cut;
use crate::pair::Pair;
use qftp::codes::FtpCode;
use qftp::dialect::{self, nl668::NL668};
use qftp::host::{Answer, Host, HostError, Login, Operation as O, TransferWay};

const DONE: Result<Answer, HostError> = Ok(Answer::Done);
/// The limits of FTPPUT and of FTPRECV, and the module's buffer.
const PIECE: usize = 1024;
const READ: usize = 3000;
const BUFFER: usize = 512_000;

fn session() -> Pair {
    let mut pair = Pair::new(&NL668);
    assert!(matches!(
        pair.run(O::Identify),
        Ok(Answer::Identity(identity)) if identity.model.starts_with("NL668")
    ));
    log_in(&mut pair);
    pair.host.set_way(TransferWay::Pieces);
    pair
}

fn log_in(pair: &mut Pair) {
    let login = Login::new("ftp.example.com", "test", "secret");
    assert_eq!(pair.run(O::Login(&login)), DONE);
}

/// Bytes of every value, escapes and results of commands among them.
fn content(length: usize) -> Vec<u8> {
    let text = b"\r\nOK\r\n\r\n+FTPGET: 1\r\n+++\x03\x10\x03+FTPRECV: 10\r\n";
    let every = (0..=255).chain(text.iter().copied());
    every.cycle().take(length).collect()
}

fn put(offset: u64, length: usize, last: bool) -> O<'static> {
    O::Put {
        remote: b"a.bin",
        offset,
        length: length as u64,
        last,
    }
}

fn get(offset: u64, expected: Option<usize>) -> O<'static> {
    O::Get {
        remote: b"a.bin",
        offset,
        length: None,
        expected: expected.map(|length| length as u64),
    }
}

#[allow(clippy::unnecessary_wraps)] // it is compared with answers
fn number(length: usize) -> Result<Answer, HostError> {
    Ok(Answer::Number(length as u64))
}

fn sizes(limit: usize) -> impl Iterator<Item = usize> {
    [1, limit - 1, limit, limit + 1, 2 * limit, 5 * limit + 7].into_iter()
}

#[test]
fn uploads_of_every_size_arrive_whole() {
    for length in sizes(PIECE) {
        let mut pair = session();
        pair.host.log_lines(true);
        let content = content(length);
        let answer = pair.send(put(0, length, true), &content);
        assert_eq!(answer, number(length), "{length} bytes");
        assert_eq!(pair.harness.server.file("/a.bin"), Some(&content[..]));
        let pieces: Vec<&String> = pair.lines.iter().collect();
        assert_eq!(pieces.len(), length.div_ceil(PIECE), "{pieces:?}");
        let last = format!(",{},1,1", (length - 1) % PIECE + 1);
        assert!(pieces.last().is_some_and(|line| line.ends_with(&last)));
        assert_eq!(pair.run(O::ChangeDir(b"/")), DONE, "the line is free");
    }
}

#[test]
fn an_upload_has_any_number_of_operations() {
    let mut pair = session();
    let content = content(2 * PIECE + 100);
    let ends = [700, PIECE, PIECE + 1, content.len()];
    let mut from = 0;
    for end in ends {
        let last = end == content.len();
        let answer = pair.send(put(from as u64, end - from, last), &content[from..end]);
        assert_eq!(answer, number(end - from));
        from = end;
    }
    assert_eq!(pair.harness.server.file("/a.bin"), Some(&content[..]));
}

#[test]
fn downloads_of_every_size_arrive_whole() {
    for length in [0].into_iter().chain(sizes(READ)) {
        for expected in [None, Some(length)] {
            let mut pair = session();
            let content = content(length);
            pair.harness.server.put("/a.bin", content.clone(), None);
            assert_eq!(pair.run(get(0, expected)), number(length));
            assert!(pair.download == content, "{length} bytes");
            assert_eq!(pair.urcs, Vec::<Vec<u8>>::new());
            assert_eq!(pair.run(O::ChangeDir(b"/")), DONE, "the line is free");
        }
    }
}

#[test]
fn a_download_begins_at_any_byte() {
    let content = content(READ + 10);
    for offset in [1, PIECE, READ - 1, READ, content.len() - 1] {
        let mut pair = session();
        pair.harness.server.put("/a.bin", content.clone(), None);
        let rest = content.len() - offset;
        assert_eq!(pair.run(get(offset as u64, Some(rest))), number(rest));
        assert!(pair.download == content[offset..], "from {offset}");
    }
}

#[test]
fn a_file_larger_than_the_module_s_buffer_arrives_whole() {
    for length in [BUFFER - 1, BUFFER, BUFFER + 1, 2 * BUFFER + 5] {
        let mut pair = session();
        let content = content(length);
        pair.harness.server.put("/a.bin", content.clone(), None);
        assert_eq!(pair.run(get(0, Some(length))), number(length));
        assert!(pair.download == content, "{length} bytes");
    }
}

#[test]
fn what_comes_may_be_cut_anywhere() {
    for size in [1, 2, 3, 5, 7, 11, 1000] {
        let mut pair = session();
        pair.cut = Cut::Every(size);
        let content = content(PIECE + READ + 1);
        let length = content.len();
        let answer = pair.send(put(0, length, true), &content);
        assert_eq!(answer, number(length), "by {size}");
        assert_eq!(pair.harness.server.file("/a.bin"), Some(&content[..]));
        assert_eq!(pair.run(get(0, None)), number(length), "by {size}");
        assert!(pair.download == content, "by {size}");
    }
}

#[test]
fn what_cannot_be_done_is_refused_before_a_byte_is_sent() {
    let refused = |host: &mut Host, operation| {
        let result = host.start(Duration::ZERO, operation);
        assert!(
            matches!(result, Err(HostError::Unsupported { .. })),
            "{operation:?}: {result:?}"
        );
        assert!(host.is_idle() && host.poll_transmit().is_none());
    };
    let part = O::Get {
        remote: b"a.bin",
        offset: 0,
        length: Some(1),
        expected: Some(1),
    };
    for dialect in dialect::ALL {
        let mut host = Host::new(dialect);
        assert_eq!(host.way(), TransferWay::Stream);
        host.set_way(TransferWay::Pieces);
        let cannot = match dialect.name {
            "nl668" => vec![part, put(0, 0, true), put(1, 1, true)],
            _ => vec![part, put(0, 1, true), get(0, None)],
        };
        for operation in cannot {
            refused(&mut host, operation);
        }
    }
    let mut host = Host::new(&NL668);
    host.set_way(TransferWay::Pieces);
    let name = [b'n'; 256];
    let long = O::Get {
        remote: &name,
        offset: 0,
        length: None,
        expected: None,
    };
    let result = host.start(Duration::ZERO, long);
    assert!(matches!(result, Err(HostError::InvalidArgument { .. })));
}

#[test]
fn a_refusal_of_the_server_is_told_with_its_reply() {
    let mut pair = session();
    pair.harness.server.make_directory("/a.bin");
    for operation in [put(0, 10, true), get(0, None)] {
        pair.upload = content(10);
        let result = pair.run(operation);
        let Err(HostError::Module { reply, .. }) = &result else {
            panic!("{operation:?}: {result:?}");
        };
        assert!(reply.is_some_and(FtpCode::is_failure), "{result:?}");
        assert!(!pair.host.needs_login());
        assert_eq!(pair.run(O::ChangeDir(b"/")), DONE, "{operation:?}");
    }
}

#[test]
fn the_login_behind_an_aborted_transfer_frees_the_module() {
    for (operation, length) in [(put(0, 5 * PIECE, true), 0), (get(0, None), 5 * READ)] {
        for told in [1, 5, 20, 700, 1500, 4000, 6000] {
            let mut pair = session();
            let content = content(5 * PIECE);
            pair.harness.server.put("/a.bin", vec![b'x'; length], None);
            pair.upload = content.clone();
            pair.takes = Some(told);
            pair.start(operation);
            pair.settle();
            let over = pair.cancel();
            pair.takes = None;
            let Some(HostError::Cancelled { bytes_confirmed }) = over else {
                // All of it was sent.
                assert!(over.is_none() && told > 100, "{operation:?} {told}");
                continue;
            };
            assert!(bytes_confirmed <= told.max(length) as u64);
            assert!(pair.host.needs_login(), "{operation:?} {told}");
            log_in(&mut pair);
            assert!(!pair.host.needs_login());
            pair.upload = content.clone();
            let again = pair.send(put(0, content.len(), true), &content);
            assert_eq!(again, number(content.len()), "{operation:?} {told}");
            assert_eq!(pair.harness.server.file("/a.bin"), Some(&content[..]));
        }
    }
}

#[test]
fn a_lost_byte_never_counts() {
    let content = content(READ + 500);
    let mut wrong = 0;
    for at in 0..content.len() + 120 {
        if at % 7 > 0 && at > 80 && at < content.len() {
            continue;
        }
        let mut pair = session();
        pair.harness.server.put("/a.bin", content.clone(), None);
        pair.lost = Some(at);
        match pair.run(get(0, None)) {
            Ok(answer) => {
                assert_eq!(Ok(answer), number(content.len()), "byte {at}");
                assert!(pair.download == content, "byte {at}");
            }
            Err(failure) => {
                wrong += 1;
                assert!(
                    matches!(
                        failure,
                        HostError::Incomplete { .. }
                            | HostError::NoAnswer { .. }
                            | HostError::FinalError { .. }
                            | HostError::UnexpectedLine { .. }
                    ),
                    "byte {at}: {failure:?}"
                );
                pair.lost = None;
                log_in(&mut pair);
            }
        }
    }
    assert!(wrong > 100, "{wrong}");
}
