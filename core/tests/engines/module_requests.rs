//! What the commands of `gsm` and `nl668` ask of the server: transfer mode, file type, offset, account. The same words
//! mean the opposite in the two (DIALECTS "Commands").

use crate::harness::{Harness, logged_in, printed};
use qftp::dialect::Dialect;
use qftp::dialect::gsm::GSM;
use qftp::dialect::nl668::NL668;
use qftp::ftp::{Account, FtpOperation, FtpTransfer, RetrieveKind};

/// The lines are typed in order; the last operation is looked at.
fn asked(dialect: &'static Dialect, lines: &[&str]) -> FtpOperation {
    let mut harness = logged_in(dialect);
    harness.server.put("/a", vec![b'x'; 100], None);
    for line in lines {
        harness.ask(line);
    }
    harness.server.asked.last().expect("an operation").clone()
}

fn transfer(operation: &FtpOperation) -> (&FtpTransfer, u64) {
    match operation {
        FtpOperation::Store(store) => (&store.transfer, store.offset),
        FtpOperation::Retrieve(retrieve) => (&retrieve.transfer, retrieve.offset),
        operation => panic!("{operation:?}"),
    }
}

/// Lines; whether in passive mode, whether as text, from where.
type Case = (&'static [&'static str], bool, bool, u64);

fn check(dialect: &'static Dialect, cases: &[Case]) {
    for (lines, passive, ascii, offset) in cases {
        let operation = asked(dialect, lines);
        let (how, from) = transfer(&operation);
        assert_eq!(
            (how.passive, how.ascii, from),
            (*passive, *ascii, *offset),
            "{lines:?}"
        );
    }
}

#[test]
fn of_gsm() {
    check(
        &GSM,
        &[
            (&["AT+QFTPGET=\"a\""], true, false, 0),
            (&["AT+QFTPPUT=\"b\",1"], true, false, 0),
            (&["AT+QFTPCFG=1,0", "AT+QFTPGET=\"a\""], false, false, 0),
            (&["AT+QFTPCFG=1,0", "AT+QFTPPUT=\"b\",1"], false, false, 0),
            (&["AT+QFTPCFG=2,1", "AT+QFTPGET=\"a\""], true, true, 0),
            (&["AT+QFTPCFG=2,1", "AT+QFTPPUT=\"b\",1"], true, true, 0),
            (&["AT+QFTPCFG=3,7", "AT+QFTPGET=\"a\""], true, false, 7),
            (&["AT+QFTPCFG=3,7", "AT+QFTPPUT=\"b\",1"], true, false, 7),
            (
                &["AT+QFTPCFG=3,7", "AT+QFTPSIZE=\"a\"", "AT+QFTPGET=\"a\""],
                true,
                false,
                7,
            ),
            (
                &["AT+QFTPCFG=3,7", "AT+QFTPGET=\"a\"", "AT+QFTPGET=\"a\""],
                true,
                false,
                0,
            ),
        ],
    );
}

#[test]
fn of_nl668() {
    check(
        &NL668,
        &[
            (&["AT+FTPRETR=\"a\""], true, false, 0),
            (&["AT+FTPSTOR=\"b\""], true, false, 0),
            (&["AT+FTPGET=\"a\""], true, false, 0),
            (&["AT+FTPPUT=\"b\",1,1"], true, false, 0),
            (&["AT+FTPLIST"], true, true, 0),
            (&["AT+FTPMODE=1", "AT+FTPRETR=\"a\""], false, false, 0),
            (&["AT+FTPMODE=1", "AT+FTPSTOR=\"b\""], false, false, 0),
            (&["AT+FTPMODE=1", "AT+FTPGET=\"a\""], false, false, 0),
            (&["AT+FTPMODE=1", "AT+FTPPUT=\"b\",1,1"], false, false, 0),
            (&["AT+FTPMODE=1", "AT+FTPLIST"], false, true, 0),
            (&["AT+FTPRETR=\"a\",0"], true, true, 0),
            (&["AT+FTPSTOR=\"b\",0"], true, true, 0),
            (&["AT+FTPGET=\"a\",0"], true, true, 0),
            (&["AT+FTPPUT=\"b\",1,1,0"], true, true, 0),
            (&["AT+FTPPUT=\"b\",1,1,1"], true, false, 0),
            (&["AT+FTPRETR=\"a\",1,9"], true, false, 9),
            (&["AT+FTPSTOR=\"b\",1,9"], true, false, 9),
            (&["AT+FTPGET=\"a\",1,9"], true, false, 9),
            (&["AT+FTPREST=5", "AT+FTPRETR=\"a\""], true, false, 5),
            (&["AT+FTPREST=5", "AT+FTPSTOR=\"b\""], true, false, 5),
            (&["AT+FTPREST=5", "AT+FTPGET=\"a\""], true, false, 5),
            (&["AT+FTPREST=5", "AT+FTPPUT=\"b\",1,1"], true, false, 0),
            (&["AT+FTPREST=5", "AT+FTPLIST"], true, true, 0),
            (&["AT+FTPREST=5", "AT+FTPRETR=\"a\",1,0"], true, false, 0),
        ],
    );
}

#[test]
fn listings_of_nl668() {
    for (line, wanted) in [("AT+FTPLIST", &b""[..]), ("AT+FTPLIST=\"/\"", b"/")] {
        let FtpOperation::Retrieve(retrieve) = asked(&NL668, &[line]) else {
            panic!("{line}");
        };
        assert_eq!(
            (retrieve.what, retrieve.path.as_slice(), retrieve.limit),
            (RetrieveKind::List, wanted, None),
            "{line}"
        );
    }
}

/// The account that a line opens a session with.
fn account(dialect: &'static Dialect, lines: &[&str]) -> Account {
    let mut harness = Harness::new(dialect);
    for line in lines {
        harness.ask(line);
    }
    match harness.server.asked.last() {
        Some(FtpOperation::Open(account)) => account.clone(),
        operation => panic!("{lines:?}: {operation:?}"),
    }
}

#[test]
fn accounts_of_gsm() {
    let open = "AT+QFTPOPEN=\"h\",2121";
    let cases: [(&[&str], &[u8], &[u8]); 3] = [
        (&[open], b"anonymous", b""),
        (
            &["AT+QFTPUSER=\"u\"", "AT+QFTPPASS=\"p\"", open],
            b"u",
            b"p",
        ),
        (
            &["AT+QFTPUSER=\"u\"", "AT+QFTPUSER=\"\"", open],
            b"anonymous",
            b"",
        ),
    ];
    for (lines, user, password) in cases {
        let account = account(&GSM, lines);
        let found = (
            account.host.as_slice(),
            account.port,
            account.user.as_slice(),
        );
        assert_eq!(found, (&b"h"[..], 2121, user), "{lines:?}");
        assert!(
            account.password == password && account.account.is_none(),
            "{lines:?}"
        );
    }
}

#[test]
fn accounts_of_nl668() {
    let cases: [(&str, u16, Option<&[u8]>); 7] = [
        ("", 21, None),
        (",\"\"", 21, None),
        (",\"acct\"", 21, Some(b"acct")),
        (",,,2121", 2121, None),
        (",\"acct\",,2121,,0", 2121, Some(b"acct")),
        (",,,2121,0", 2121, None),
        // No port at all is the default.
        (",,,0", 21, None),
    ];
    for (fields, port, acct) in cases {
        let line = format!("AT+FTPOPEN=\"h\",\"u\",\"p\"{fields}");
        let account = account(&NL668, &["AT+MIPCALL=1", &line]);
        let found = (
            account.host.as_slice(),
            account.user.as_slice(),
            account.port,
            account.account.as_deref(),
        );
        assert_eq!(found, (&b"h"[..], &b"u"[..], port, acct), "{line}");
        assert!(account.password == b"p", "{line}");
    }
}

/// The transcript is asked for when it is wanted, and no more.
#[test]
fn ftpinfo_switches_the_transcript() {
    let mut harness = logged_in(&NL668);
    assert!(!harness.server.transcript);
    assert_eq!(harness.ask("AT+FTPINFO=1"), printed(&["OK"]));
    assert!(harness.server.transcript);
    assert_eq!(harness.ask("AT+FTPINFO=0"), printed(&["OK"]));
    assert!(!harness.server.transcript);
}
