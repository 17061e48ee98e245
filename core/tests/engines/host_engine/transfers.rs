//! Uploads and downloads, and their failures.

use qftp::codes::{FtpCode, ModuleCode};
use qftp::dialect;
use qftp::host::{Answer, HostError, Operation};

use super::{Line, Turn, run};

#[test]
fn an_upload_is_counted_and_the_modules_count_compared() {
    for (stated, chunk) in [(5, 1), (5, 100), (4, 100)] {
        let mut line = Line::new();
        line.upload = b"+++\r\n".to_vec();
        line.start(Operation::Put {
            remote: b"f",
            offset: 10,
            length: 5,
            last: true,
        });
        let reply = format!("\r\nOK\r\n\r\n+QFTPPUT: 0,{stated}\r\n");
        let turns: [Turn<'_>; 2] = [
            (b"AT+QFTPPUT=\"f\",\"COM:\",10,5,1\r", b"\r\nCONNECT\r\n"),
            (b"+++\r\n", reply.as_bytes()),
        ];
        let result = line.play(&turns, chunk);
        if stated == 5 {
            assert_eq!(result, Ok(Answer::Number(5)));
        } else {
            let failure = HostError::Incomplete {
                command: "AT+QFTPPUT".into(),
                bytes_confirmed: 4,
                expected: 5,
            };
            assert_eq!(result, Err(failure));
        }
    }
}

#[test]
fn an_empty_upload_sends_no_payload() {
    let mut line = Line::new();
    line.start(Operation::Put {
        remote: b"f",
        offset: 0,
        length: 0,
        last: true,
    });
    let turn: Turn<'_> = (
        b"AT+QFTPPUT=\"f\",\"COM:\",0,0,1\r",
        b"\r\nCONNECT\r\n\r\nOK\r\n\r\n+QFTPPUT: 0,0\r\n",
    );
    assert_eq!(line.play(&[turn], 1), Ok(Answer::Number(0)));
}

#[test]
fn a_data_connection_that_fails_is_understood_in_every_form() {
    let failure = |reply: Option<u16>| {
        Err(HostError::Module {
            command: "AT+QFTPGET".into(),
            code: ModuleCode(615),
            raw_code: 615,
            reply: reply.map(FtpCode),
            peer_address: true,
        })
    };
    let forms: [(&[u8], Option<u16>); 4] = [
        (b"\r\n+CME ERROR: 615\r\n", None),
        (b"\r\nOK\r\n\r\n+QFTPGET: 615,425\r\n", Some(425)),
        (b"\r\n+QFTPGET: 615,425\r\n", Some(425)),
        (
            b"\r\nCONNECT\r\n\r\nOK\r\n\r\n+QFTPGET: 615,425\r\n",
            Some(425),
        ),
    ];
    for (form, reply) in forms {
        let operation = Operation::Get {
            remote: b"f",
            offset: 0,
            length: None,
            expected: Some(9),
        };
        let (result, heard) = run(operation, &[(b"AT+QFTPGET=\"f\",\"COM:\",0\r", form)], 3);
        assert_eq!(result, failure(reply), "{}", form.escape_ascii());
        assert!(heard.data.is_empty());
    }
}

#[test]
fn a_download_that_breaks_off_keeps_what_came() {
    let operation = Operation::Get {
        remote: b"f",
        offset: 0,
        length: None,
        expected: Some(9),
    };
    let turn: Turn<'_> = (
        b"AT+QFTPGET=\"f\",\"COM:\",0\r",
        b"\r\nCONNECT\r\nabc\r\nOK\r\n\r\n+QFTPGET: 607,0\r\n",
    );
    let (result, heard) = run(operation, &[turn], 2);
    assert_eq!(
        result,
        Err(HostError::Module {
            command: "AT+QFTPGET".into(),
            code: ModuleCode(607),
            raw_code: 607,
            reply: None,
            peer_address: true,
        })
    );
    assert_eq!(heard.data, b"abc");
}

#[test]
fn after_an_upload_that_failed_half_way_a_cr_ends_what_the_module_did_not_take() {
    let mut line = Line::new();
    line.upload = vec![b'x'; 100];
    line.start(Operation::Put {
        remote: b"f",
        offset: 0,
        length: 100,
        last: true,
    });
    line.hear(b"\r\nCONNECT\r\n", 100);
    line.hear(b"\r\nOK\r\n\r\n+QFTPPUT: 629,552\r\n", 100);
    assert!(matches!(
        line.heard.result,
        Some(Err(HostError::Module { .. }))
    ));
    line.sent.clear();
    line.start(Operation::WorkingDir);
    let turns: [Turn<'_>; 2] = [
        // The first ERROR is that of the rest.
        (
            b"!,,,,,,,,!\rAT+CMEE?\r",
            b"\r\nERROR\r\n\r\n+CMEE: 1\r\n\r\nOK\r\n",
        ),
        (b"AT+QFTPPWD\r", b"\r\nOK\r\n\r\n+QFTPPWD: 0,/\r\n"),
    ];
    assert_eq!(line.play(&turns, 5), Ok(Answer::Text(b"/".to_vec())));
    line.start(Operation::WorkingDir);
    assert_eq!(line.play(&turns[1..], 5), Ok(Answer::Text(b"/".to_vec())));
}

/// Late words of an earlier upload, with the right length, come before this one has sent a byte.
#[test]
fn an_upload_that_sent_nothing_is_not_complete() {
    let cases: [(&str, &[u8]); 5] = [
        ("ec20", b"\r\nOK\r\n\r\n+QFTPPUT: 0,5\r\n"),
        ("ec2x", b"\r\nOK\r\n\r\n+QFTPPUT: 0,5\r\n"),
        ("bg96", b"\r\nOK\r\n\r\n+QFTPPUT: 0,5\r\n"),
        ("gsm", b"\r\nOK\r\n\r\n+QFTPPUT:5\r\n"),
        ("nl668", b"\r\nOK\r\n\r\n+FTPSTOR: 1\r\n"),
    ];
    for (name, late) in cases {
        let mut line = Line::of(dialect::by_name(name).expect("a dialect"));
        line.start(Operation::Put {
            remote: b"a.bin",
            offset: 0,
            length: 5,
            last: true,
        });
        line.hear(late, 64);
        for _ in 0..100 {
            if line.host.is_idle() {
                break;
            }
            line.wait();
        }
        let result = line.heard.result.as_ref().expect("an end");
        assert!(result.is_err(), "{name}: {result:?}");
    }
}
