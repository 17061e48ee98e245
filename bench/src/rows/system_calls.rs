//! System calls, counted by strace: of a transfer a megabyte, and of a client that waits.

use qftp::dialect::ALL;
use qftp::dialect::ec2x::EC2X;
use qftp::dialect::nl668::NL668;
use qftp_bench_cases::Content;
use qftp_test::servers::{Kind, Server};

use crate::bench::Bench;
use crate::figures::Figures;
use crate::stage::hostile;
use crate::system_calls::{a_megabyte, wake_ups};
use crate::table::{Goal, Row};

const GROUP: &str = "system calls";

pub(super) fn rows(bench: &Bench) -> Vec<Row> {
    let mut rows = vec![Row::alone(
        GROUP,
        "wake-ups of a waiting client a second",
        &Figures::new([wake_ups(bench)]),
        Goal::AtMost(0.0),
    )];
    let sizes = bench.scaled([1 << 20, 8 << 20], [1 << 18, 1 << 20], [1 << 13, 1 << 14]);
    let server = Server::start(Kind::Vsftpd);
    for dialect in ALL {
        let contents = std::iter::once(Content::Random).chain(hostile(dialect).iter().copied());
        for content in contents {
            let calls = a_megabyte(bench, &server, dialect, content, "get", sizes);
            let what = format!(
                "`qftp get` on a pty, {}, {}, calls a MB",
                dialect.name,
                content.name()
            );
            // Of a byte that is escaped the line carries two.
            let most = if content == Content::Etx {
                2000.0
            } else {
                1000.0
            };
            rows.push(Row::alone(
                GROUP,
                what,
                &Figures::new([calls]),
                Goal::AtMost(most),
            ));
        }
    }
    for dialect in [&EC2X, &NL668] {
        let calls = a_megabyte(bench, &server, dialect, Content::Random, "put", sizes);
        let what = format!("`qftp put` on a pty, {}, random, calls a MB", dialect.name);
        rows.push(Row::alone(
            GROUP,
            what,
            &Figures::new([calls]),
            Goal::AtMost(1000.0),
        ));
    }
    rows
}
