//! The lines of a login in each dialect, in their order; the module is the engine itself.

use crate::pair::Pair;
use qftp::dialect;
use qftp::host::{Answer, Login, Operation as O};

/// The lines of a first login, up to the values that are set: the steps of 002 §1.3, 001 §4.1 and 003 §3.1.
const STEPS: &[(&[&str], &[&str])] = &[
    (
        &["ec20", "ec2x", "bg96"],
        &[
            "AT+QFTPSTAT",
            "AT+QIACT?",
            "AT+QICSGP=1,1,",
            "AT+QIACT=1",
            "AT+QFTPCFG=\"contextid\",",
            "AT+QFTPCFG=\"account\",",
            "AT+QFTPCFG=\"filetype\",0",
            "AT+QFTPCFG=\"transmode\",1",
            "AT+QFTPCFG=\"rsptimeout\",90",
            "AT+QFTPCFG=\"ssltype\",0",
            "AT+QFTPOPEN=\"ftp.example.com\",21",
        ],
    ),
    (
        &["gsm"],
        &[
            "AT+QFTPSTAT",
            "AT+QICSGP=1,",
            "AT+QFTPCFG=1,1",
            "AT+QFTPCFG=2,0",
            "AT+QFTPCFG=4,\"/COM/\"",
            "AT+QFTPUSER=",
            "AT+QFTPPASS=",
            "AT+QFTPOPEN=\"ftp.example.com\",21",
        ],
    ),
    (
        &["nl668"],
        &[
            "AT+FTPOPEN?",
            "AT+MIPCALL?",
            "AT+MIPCALL=1,",
            "AT+FTPMODE=0",
            "AT+FTPINFO=1",
            "AT+FTPOPEN=\"ftp.example.com\",",
        ],
    ),
];

/// The commands that an operation sends, each as if it stood in a line of its own.
fn sent(pair: &mut Pair, operation: O<'_>) -> Vec<String> {
    pair.lines.clear();
    assert_eq!(pair.run(operation), Ok(Answer::Done));
    let lines = pair.lines.iter().map(|line| line.replace("\\\"", "\""));
    let commands = |line: String| line.replace(";+", "\nAT+");
    let text = lines.map(commands).collect::<Vec<_>>().join("\n");
    text.lines().map(str::to_owned).collect()
}

fn login() -> Login {
    let mut login = Login::new("ftp.example.com", "test", "secret");
    login.apn = Some(b"internet".to_vec());
    login
}

fn in_order(lines: &[String], steps: &[&str]) -> bool {
    let mut lines = lines.iter();
    steps
        .iter()
        .all(|step| lines.any(|line| line.starts_with(step)))
}

#[test]
fn the_steps_come_in_the_order_of_the_manual() {
    for (names, steps) in STEPS {
        for name in *names {
            let mut pair = Pair::new(dialect::by_name(name).expect("a dialect"));
            pair.host.log_lines(true);
            let lines = sent(&mut pair, O::Login(&login()));
            assert!(in_order(&lines, steps), "{name}: {lines:?}");
        }
    }
}

#[test]
fn an_open_session_is_closed_before_another_is_opened() {
    for dialect in dialect::ALL {
        let mut pair = Pair::new(dialect);
        pair.host.log_lines(true);
        sent(&mut pair, O::Login(&login()));
        let lines = sent(&mut pair, O::Login(&login()));
        let first = |what: &str| lines.iter().position(|line| line.contains(what));
        let (closed, opened) = (first("CLOSE"), first("OPEN=").expect("an opening"));
        assert!(
            closed.is_some_and(|at| at < opened),
            "{}: {lines:?}",
            dialect.name
        );
    }
}

#[test]
fn no_login_reads_an_account_back_or_shows_its_password() {
    for dialect in dialect::ALL {
        let mut pair = Pair::new(dialect);
        pair.host.log_lines(true);
        let lines = sent(&mut pair, O::Login(&login()));
        for line in &lines {
            let reads = ["AT+QFTPCFG=\"account\"", "AT+QFTPUSER?", "AT+QFTPPASS?"];
            assert!(!reads.contains(&line.as_str()), "{}: {line}", dialect.name);
            assert!(!line.contains("secret"), "{}: {line}", dialect.name);
        }
    }
}

#[test]
fn a_start_is_set_before_the_transfer_that_begins_there() {
    let cases = [
        ("ec20", &["AT+QFTPGET=\"a\",\"COM:\",3"][..]),
        ("ec2x", &["AT+QFTPGET=\"a\",\"COM:\",3"]),
        ("bg96", &["AT+QFTPGET=\"a\",\"COM:\",3"]),
        ("gsm", &["AT+QFTPCFG=3,3", "AT+QFTPGET=\"a\""]),
        ("nl668", &["AT+FTPRETR=\"a\",1,3"]),
    ];
    for (name, steps) in cases {
        let mut pair = Pair::new(dialect::by_name(name).expect("a dialect"));
        pair.host.log_lines(true);
        pair.harness.server.put("/a", b"0123456789".to_vec(), None);
        sent(&mut pair, O::Login(&login()));
        pair.lines.clear();
        let get = O::Get {
            remote: b"a",
            offset: 3,
            length: None,
            expected: Some(7),
        };
        assert_eq!(pair.run(get), Ok(Answer::Number(7)), "{name}");
        assert_eq!(pair.download, b"3456789", "{name}");
        let lines: Vec<String> = pair
            .lines
            .iter()
            .map(|line| line.replace("\\\"", "\""))
            .collect();
        assert!(in_order(&lines, steps), "{name}: {lines:?}");
    }
}
