//! What commands ask of the server: transfer mode, file type, offset, account. The same words mean the opposite in
//! `gsm` and in `nl668` (DIALECTS "Commands").

use std::time::Duration;

use crate::harness::{Harness, logged_in, lte, printed};
use qftp::dialect::Dialect;
use qftp::dialect::gsm::GSM;
use qftp::dialect::nl668::NL668;
use qftp::ftp::{Account, FtpDataAddress, FtpOperation, FtpTransfer, RetrieveKind};

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
fn of_lte() {
    const ACTIVE: &str = "AT+QFTPCFG=\"transmode\",0";
    const ASCII: &str = "AT+QFTPCFG=\"filetype\",1";
    const GET: &str = "AT+QFTPGET=\"a\",\"COM:\"";
    const PUT: &str = "AT+QFTPPUT=\"b\",\"COM:\",0,1,1";
    for dialect in lte() {
        check(
            dialect,
            &[
                (&[GET], true, false, 0),
                (&[PUT], true, false, 0),
                (&[ACTIVE, GET], false, false, 0),
                (&[ACTIVE, PUT], false, false, 0),
                (&[ASCII, GET], true, true, 0),
                (&[ASCII, PUT], true, true, 0),
                (&["AT+QFTPGET=\"a\",\"COM:\",7"], true, false, 7),
                (&["AT+QFTPPUT=\"a\",\"COM:\",7,1,1"], true, false, 7),
                (&["AT+QFTPPUT=\"a\",\"COM:\",,1,1"], true, false, 0),
            ],
        );
        let limit = |line| match asked(dialect, &[line]) {
            FtpOperation::Retrieve(retrieve) => retrieve.limit,
            operation => panic!("{operation:?}"),
        };
        assert_eq!(limit("AT+QFTPGET=\"a\",\"COM:\",0,9"), Some(9));
        assert_eq!(limit(GET), None);
    }
}

#[test]
fn data_addresses_of_lte() {
    let set = |value: &str| format!("AT+QFTPCFG=\"data_address\",{value}");
    let after = |seconds| FtpDataAddress::ControlPeerThenServer {
        after: Duration::from_secs(seconds),
    };
    let cases = [
        ("ec2x", "0", FtpDataAddress::Server),
        ("ec2x", "1", FtpDataAddress::ControlPeer),
        ("ec2x", "2", after(25)),
        ("ec2x", "2,15", after(15)),
        ("bg96", "0", FtpDataAddress::Server),
        ("bg96", "1", FtpDataAddress::ControlPeer),
        ("bg96", "2", FtpDataAddress::Server),
        ("ec20", "1", FtpDataAddress::Server),
    ];
    for (name, value, expected) in cases {
        let dialect = lte().find(|dialect| dialect.name == name);
        let dialect = dialect.expect("a dialect");
        let operation = asked(dialect, &[&set(value), "AT+QFTPGET=\"a\",\"COM:\""]);
        let (how, _) = transfer(&operation);
        assert_eq!(how.data_address, expected, "{name}: {value}");
    }
}

#[test]
fn listings_of_lte() {
    let cases = [
        ("QFTPLIST", RetrieveKind::List),
        ("QFTPNLST", RetrieveKind::Nlst),
        ("QFTPMLSD", RetrieveKind::Mlsd),
    ];
    for dialect in lte() {
        for (command, kind) in cases {
            for (name, path) in [(".", &b""[..]), ("", b""), ("dir", b"dir")] {
                let line = format!("AT+{command}=\"{name}\"");
                let FtpOperation::Retrieve(retrieve) = asked(dialect, &[&line]) else {
                    panic!("{line}");
                };
                let found = (retrieve.what, retrieve.path.as_slice());
                assert!(found.0 == kind, "{line}: {found:?}");
                assert!(found.1 == path || found.1 == b".", "{line}: {found:?}");
            }
        }
    }
}

#[test]
fn accounts_of_lte() {
    for dialect in lte() {
        let open = "AT+QFTPOPEN=\"h\"";
        let of = |lines: &[&str]| account(dialect, &[&["AT+QIACT=1"], lines].concat());
        let none = of(&[open]);
        assert_eq!(
            (none.host.as_slice(), none.port, none.user.as_slice()),
            (&b"h"[..], 21, &b"anonymous"[..])
        );
        assert!(none.password.is_empty());
        let set = of(&[
            "AT+QFTPCFG=\"account\",\"u\",\"p\"",
            "AT+QFTPOPEN=\"h\",2121",
        ]);
        assert_eq!((set.port, set.user.as_slice()), (2121, &b"u"[..]));
        assert!(set.password == b"p");
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
