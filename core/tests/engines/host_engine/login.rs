//! The commands of a login.

use std::time::Duration;

use qftp::host::{Answer, FinalError, HostError, Login, Operation};

use super::{Line, Turn, run};

#[test]
fn a_login_asks_before_it_sets() {
    let mut login = Login::new("ftp.example.com", "user", "secret");
    login.apn = Some(b"UNINET".to_vec());
    let ok: &[u8] = b"\r\nOK\r\n";
    let done: &[u8] = b"\r\n+CMEE: 1\r\n\r\nOK\r\n";
    let settings: [Turn<'_>; 2] = [
        (
            b"AT+QFTPCFG=\"contextid\",1;+QFTPCFG=\"account\",\"user\",\"secret\";+QFTPCFG=\"filetype\",0;+QFTPCFG=\"transmode\",1;+QFTPCFG=\"rsptimeout\",90;+QFTPCFG=\"ssltype\",0;+CMEE?\r",
            done,
        ),
        (
            b"AT+QFTPOPEN=\"ftp.example.com\",21\r",
            b"\r\nOK\r\n\r\n+QFTPOPEN: 0,0\r\n",
        ),
    ];
    let question = b"AT+QFTPSTAT;+QIACT?;+CMEE?\r";
    let closed_active: Turn<'_> = (
        question,
        b"\r\n+QIACT: 1,1,1,\"10.7.157.1\"\r\n\r\n+CMEE: 1\r\n\r\nOK\r\n\r\n+QFTPSTAT: 0,4\r\n",
    );
    // Firmware says the URC at once.
    let open_active: Turn<'_> = (
        question,
        b"\r\n+QFTPSTAT: 0,1\r\n\r\n+QIACT: 1,1,1,\"10.7.157.1\"\r\n\r\n+CMEE: 1\r\n\r\nOK\r\n",
    );
    let closed_inactive: Turn<'_> = (
        question,
        b"\r\n+CMEE: 1\r\n\r\nOK\r\n\r\n+QFTPSTAT: 0,4\r\n",
    );
    let close: Turn<'_> = (b"AT+QFTPCLOSE\r", b"\r\nOK\r\n\r\n+QFTPCLOSE: 0,0\r\n");
    let context: Turn<'_> = (b"AT+QICSGP=1,1,\"UNINET\",\"\",\"\",0\r", ok);
    let activate: Turn<'_> = (b"AT+QIACT=1\r", ok);
    let refuse: Turn<'_> = (b"AT+QIACT=1\r", b"\r\nERROR\r\n");
    let deactivate: Turn<'_> = (b"AT+QIDEACT=1\r", ok);
    let ways: [Vec<Turn<'_>>; 4] = [
        vec![closed_active],
        vec![open_active, close],
        vec![closed_inactive, context, activate],
        // A context that the network took away (COMMON 2.1).
        vec![closed_inactive, context, refuse, deactivate, activate],
    ];
    for way in ways {
        let turns: Vec<Turn<'_>> = way.into_iter().chain(settings).collect();
        assert_eq!(run(Operation::Login(&login), &turns, 6).0, Ok(Answer::Done));
    }
    let still_up: Turn<'_> = (b"AT+QIDEACT=1\r", b"\r\nERROR\r\n");
    let refused = [closed_inactive, context, refuse, still_up, refuse];
    let failure = HostError::FinalError {
        command: "AT+QIACT".into(),
        final_error: FinalError::Error,
    };
    assert_eq!(run(Operation::Login(&login), &refused, 6).0, Err(failure));
    assert!(!format!("{login:?}").contains("secret"));
}

#[test]
fn a_line_that_fails_is_sent_command_by_command() {
    let login = Login::new("ftp.example.com", "user", "secret");
    let ok: &[u8] = b"\r\nOK\r\n";
    let question = b"AT+QFTPSTAT;+QIACT?;+CMEE?\r";
    let closed: Turn<'_> = (b"AT+QFTPSTAT\r", b"\r\nOK\r\n\r\n+QFTPSTAT: 0,4\r\n");
    let active: Turn<'_> = (
        b"AT+QIACT?\r",
        b"\r\n+QIACT: 1,1,1,\"10.7.157.1\"\r\n\r\nOK\r\n",
    );
    let refusal: Turn<'_> = (
        b"AT+QFTPCFG=\"account\",\"user\",\"secret\"\r",
        b"\r\n+CME ERROR: 601\r\n",
    );
    // The module refuses the line, or carries out the first command alone.
    let answers: [&[u8]; 2] = [b"\r\nERROR\r\n", b"\r\nOK\r\n\r\n+QFTPSTAT: 0,4\r\n"];
    for answer in answers {
        let turns = [
            (&question[..], answer),
            closed,
            active,
            // The module takes no such lines, it seems.
            (b"AT+QFTPCFG=\"contextid\",1\r", ok),
            refusal,
        ];
        let (result, _) = run(Operation::Login(&login), &turns, 6);
        let Err(HostError::Module { command, .. }) = result else {
            panic!("{result:?}");
        };
        assert_eq!(command, "AT+QFTPCFG");
    }
}

#[test]
fn a_line_that_is_passed_over_is_sent_command_by_command() {
    let login = Login::new("ftp.example.com", "user", "secret");
    let mut line = Line::new();
    line.start(Operation::Login(&login));
    assert_eq!(line.sent, b"AT+QFTPSTAT;+QIACT?;+CMEE?\r");
    line.sent.clear();
    line.hear(b"\r\nOK\r\n", 1);
    // The report may still come.
    line.pass(Duration::from_secs(6));
    assert_eq!(line.heard.result, None);
    let turns: [Turn<'_>; 3] = [
        (b"AT+QFTPSTAT\r", b"\r\nOK\r\n\r\n+QFTPSTAT: 0,4\r\n"),
        (
            b"AT+QIACT?\r",
            b"\r\n+QIACT: 1,1,1,\"10.7.157.1\"\r\n\r\nOK\r\n",
        ),
        (b"AT+QFTPCFG=\"contextid\",1\r", b"\r\n+CME ERROR: 601\r\n"),
    ];
    assert!(line.play(&turns, 6).is_err());
}
