//! The commands of a login.

use qftp::host::{Answer, FinalError, HostError, Login, Operation};

use super::{Turn, run};

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
    let refuse: Turn<'_> = (b"AT+QIACT=1\r", b"\r\nERROR\r\n");
    let deactivate: Turn<'_> = (b"AT+QIDEACT=1\r", ok);
    let ways: [Vec<Turn<'_>>; 4] = [
        vec![closed, active],
        vec![open, close, active],
        vec![closed, inactive, context, activate],
        // A context that the network took away (COMMON 2.1).
        vec![closed, inactive, context, refuse, deactivate, activate],
    ];
    for way in ways {
        let turns: Vec<Turn<'_>> = way.into_iter().chain(settings).collect();
        assert_eq!(run(Operation::Login(&login), &turns, 6).0, Ok(Answer::Done));
    }
    let still_up: Turn<'_> = (b"AT+QIDEACT=1\r", b"\r\nERROR\r\n");
    let refused = [closed, inactive, context, refuse, still_up, refuse];
    let failure = HostError::FinalError {
        command: "AT+QIACT".into(),
        final_error: FinalError::Error,
    };
    assert_eq!(run(Operation::Login(&login), &refused, 6).0, Err(failure));
    assert!(!format!("{login:?}").contains("secret"));
}
