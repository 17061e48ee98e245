//! Counts that must not grow. They do not depend on the machine's speed.

use qftp::dialect::ALL;
use qftp_bench::stage::hostile;
use qftp_bench::system_calls::{a_megabyte, wake_ups};
use qftp_bench::{Bench, Scale};
use qftp_bench_cases::Content;
use qftp_test::servers::{Kind, Server};

/// System calls of the program for a megabyte on a pty, which hands out 4 KB at most: a wait, a read and a write for
/// each of them are 730. Reads may be shorter.
const CALLS_A_MEGABYTE: f64 = 1000.0;

/// Bytes of the two files whose difference is counted.
const SIZES: [usize; 2] = [1 << 18, 1 << 20];

fn bench() -> Bench {
    Bench::new(Scale::Test, env!("CARGO_BIN_EXE_qftp-bench"))
}

#[test]
fn a_download_takes_few_system_calls_whatever_the_content() {
    let bench = bench();
    let server = Server::start(Kind::Vsftpd);
    for dialect in ALL {
        let contents = std::iter::once(Content::Random).chain(hostile(dialect).iter().copied());
        for content in contents {
            let calls = a_megabyte(&bench, &server, dialect, content, "get", SIZES);
            // Of a byte that is escaped the line carries two.
            let limit = if content == Content::Etx { 2.0 } else { 1.0 } * CALLS_A_MEGABYTE;
            let case = format!("{}, {}: {calls} a MB", dialect.name, content.name());
            assert!(calls < limit, "{case}");
        }
    }
}

#[test]
fn an_upload_takes_few_system_calls() {
    let bench = bench();
    let server = Server::start(Kind::Vsftpd);
    for dialect in ALL {
        let calls = a_megabyte(&bench, &server, dialect, Content::Random, "put", SIZES);
        assert!(calls < CALLS_A_MEGABYTE, "{}: {calls} a MB", dialect.name);
    }
}

#[test]
fn a_client_that_waits_sleeps() {
    let calls = wake_ups(&bench());
    assert!(calls < 5.0, "{calls} system calls a second");
}
