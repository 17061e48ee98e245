//! Operations of one command: their answers, however they are cut and whatever comes between.

use qftp::codes::{FtpCode, ModuleCode};
use qftp::host::{Answer, FinalError, HostError, Operation, ServiceState};

use super::{Line, Turn, run};

/// Operations of one command: what is sent, what is answered, what that means.
#[allow(clippy::too_many_lines)] // a table
fn conversations() -> Vec<(Operation<'static>, Turn<'static>, Answer)> {
    use Operation as O;
    let text = |text: &str| Answer::Text(text.into());
    vec![
        (
            O::Size(b"a"),
            (
                b"AT+QFTPSIZE=\"a\"\r",
                b"\r\nOK\r\n\r\n+QFTPSIZE: 0,1000\r\n",
            ),
            Answer::Number(1000),
        ),
        // Echo, as a dump of a real line shows it.
        (
            O::Size(b"a"),
            (
                b"AT+QFTPSIZE=\"a\"\r",
                b"AT+QFTPSIZE=\"a\"\r\r\nOK\r\n\r\n+QFTPSIZE: 0,9\r\n",
            ),
            Answer::Number(9),
        ),
        // Blanks between the fields, or none (FIELD 1.5, 1.6).
        (
            O::Size(b"a"),
            (
                b"AT+QFTPSIZE=\"a\"\r",
                b"\r\nOK\r\n\r\n+QFTPSIZE:0, 1000\r\n",
            ),
            Answer::Number(1000),
        ),
        (
            O::Size(b"a"),
            (
                b"AT+QFTPSIZE=\"a\"\r",
                b"\r\nOK\r\n\r\n+QFTPSIZE: 0,4294967297\r\n",
            ),
            Answer::Number((1 << 32) + 1),
        ),
        (
            O::WorkingDir,
            (b"AT+QFTPPWD\r", b"\r\nOK\r\n\r\n+QFTPPWD: 0,/\r\n"),
            text("/"),
        ),
        (
            O::WorkingDir,
            (b"AT+QFTPPWD\r", b"\r\nOK\r\n\r\n+QFTPPWD: 0, \"/a b\"\r\n"),
            text("/a b"),
        ),
        (
            O::WorkingDir,
            (b"AT+QFTPPWD\r", b"\r\nOK\r\n\r\n+QFTPPWD: 0,/a, b\r\n"),
            text("/a, b"),
        ),
        (
            O::Modified(b"a"),
            (
                b"AT+QFTPMDTM=\"a\"\r",
                b"\r\nOK\r\n\r\n+QFTPMDTM: 0,\"20140708110039\"\r\n",
            ),
            text("20140708110039"),
        ),
        // The URC overtakes the result (002 §3.6 prints it so), or follows it (seen).
        (
            O::ServiceState,
            (b"AT+QFTPSTAT\r", b"\r\n+QFTPSTAT: 0,1\r\n\r\nOK\r\n"),
            Answer::State(ServiceState::Idle),
        ),
        (
            O::ServiceState,
            (b"AT+QFTPSTAT\r", b"\r\nOK\r\n\r\n+QFTPSTAT: 0,4\r\n"),
            Answer::State(ServiceState::Closed),
        ),
        (
            O::Transferred,
            (b"AT+QFTPLEN\r", b"\r\nOK\r\n\r\n+QFTPLEN: 0,550\r\n"),
            Answer::Number(550),
        ),
        (
            O::Delete(b"a"),
            (b"AT+QFTPDEL=\"a\"\r", b"\r\nOK\r\n\r\n+QFTPDEL: 0,0\r\n"),
            Answer::Done,
        ),
        (
            O::MakeDir(b"d"),
            (
                b"AT+QFTPMKDIR=\"d\"\r",
                b"\r\nOK\r\n\r\n+QFTPMKDIR: 0,0\r\n",
            ),
            Answer::Done,
        ),
        (
            O::RemoveDir(b"d"),
            (
                b"AT+QFTPRMDIR=\"d\"\r",
                b"\r\nOK\r\n\r\n+QFTPRMDIR: 0,0\r\n",
            ),
            Answer::Done,
        ),
        (
            O::ChangeDir(b"/"),
            (b"AT+QFTPCWD=\"/\"\r", b"\r\nOK\r\n\r\n+QFTPCWD: 0,0\r\n"),
            Answer::Done,
        ),
        (
            O::Rename {
                from: b"a",
                to: b"b",
            },
            (
                b"AT+QFTPRENAME=\"a\",\"b\"\r",
                b"\r\nOK\r\n\r\n+QFTPRENAME: 0,0\r\n",
            ),
            Answer::Done,
        ),
        (
            O::Logout,
            (b"AT+QFTPCLOSE\r", b"\r\nOK\r\n\r\n+QFTPCLOSE: 0,0\r\n"),
            Answer::Done,
        ),
        (
            O::Raw(b"AT+CSQ"),
            (b"AT+CSQ\r", b"\r\n+CSQ: 28,99\r\n\r\nOK\r\n"),
            Answer::Lines(vec![b"+CSQ: 28,99".to_vec()]),
        ),
        (
            O::Raw(b"ATI"),
            (
                b"ATI\r",
                b"\r\nQuectel\r\nEC25\r\nRevision: X\r\n\r\nOK\r\n",
            ),
            Answer::Lines(vec![
                b"Quectel".to_vec(),
                b"EC25".to_vec(),
                b"Revision: X".to_vec(),
            ]),
        ),
        (
            O::Raw(b"AT+QFTPPWD"),
            (b"AT+QFTPPWD\r", b"\r\nOK\r\n\r\n+QFTPPWD: 0,/\r\n"),
            Answer::Lines(vec![b"+QFTPPWD: 0,/".to_vec()]),
        ),
        (
            O::StoreList(b"UFS:*"),
            (
                b"AT+QFLST=\"UFS:*\"\r",
                b"\r\n+QFLST: \"UFS:a\",1\r\n+QFLST: \"UFS:b\",2\r\n\r\nOK\r\n",
            ),
            Answer::Lines(vec![
                b"+QFLST: \"UFS:a\",1".to_vec(),
                b"+QFLST: \"UFS:b\",2".to_vec(),
            ]),
        ),
    ]
}

#[test]
fn every_operation_however_its_answer_is_cut() {
    for (operation, turn, answer) in conversations() {
        for chunk in [1, 2, 3, 5, 8, 1000] {
            let (result, heard) = run(operation, &[turn], chunk);
            assert_eq!(result.as_ref(), Ok(&answer), "{operation:?} by {chunk}");
            assert_eq!(heard.urcs, Vec::<Vec<u8>>::new(), "{operation:?}");
        }
    }
}

#[test]
fn a_urc_of_another_service_at_every_line_changes_nothing() {
    let urcs: [&[u8]; 5] = [
        b"+QIURC: \"pdpdeact\",2",
        b"RING",
        b"+CMTI: \"SM\",1",
        b"NO CARRIER",
        b"+CEREG: 1",
    ];
    for (operation, (sent, reply), answer) in conversations() {
        if matches!(operation, Operation::Raw(_)) {
            continue; // free text belongs to the answer of an unknown command
        }
        let starts = (0..=reply.len()).filter(|at| reply[..*at].ends_with(b"\r\n") || *at == 0);
        for at in starts.filter(|at| reply[*at..].starts_with(b"\r\n") || *at == reply.len()) {
            for urc in urcs {
                let mut noisy = reply[..at].to_vec();
                noisy.extend_from_slice(b"\r\n");
                noisy.extend_from_slice(urc);
                noisy.extend_from_slice(b"\r\n");
                noisy.extend_from_slice(&reply[at..]);
                let (result, heard) = run(operation, &[(sent, &noisy)], 4);
                assert_eq!(
                    result.as_ref(),
                    Ok(&answer),
                    "{operation:?}: {}",
                    noisy.escape_ascii()
                );
                if at < reply.len() {
                    assert_eq!(heard.urcs, [urc.to_vec()], "{operation:?}");
                }
            }
        }
    }
}

#[test]
fn failures_carry_the_modules_code_and_the_servers_reply() {
    let failed = |reply: &[u8]| run(Operation::Size(b"a"), &[(b"AT+QFTPSIZE=\"a\"\r", reply)], 7).0;
    let module = |code: u16, reply: Option<u16>| {
        Err(HostError::Module {
            command: "AT+QFTPSIZE".into(),
            code: ModuleCode(code),
            raw_code: code.into(),
            reply: reply.map(FtpCode),
            peer_address: true,
        })
    };
    assert_eq!(
        failed(b"\r\nOK\r\n\r\n+QFTPSIZE: 627,550\r\n"),
        module(627, Some(550))
    );
    assert_eq!(
        failed(b"\r\nOK\r\n\r\n+QFTPSIZE: 609,0\r\n"),
        module(609, None)
    );
    assert_eq!(failed(b"\r\n+CME ERROR: 603\r\n"), module(603, None));
    let refused = |refusal| {
        Err(HostError::FinalError {
            command: "AT+QFTPSIZE".into(),
            final_error: refusal,
        })
    };
    assert_eq!(failed(b"\r\nERROR\r\n"), refused(FinalError::Error));
    assert_eq!(
        failed(b"\r\n+CME ERROR: 10\r\n"),
        refused(FinalError::Cme(10))
    );
    // 002 §5 and 000 §4 have words of their own.
    for words in ["FTP service busy", "FTP(S) server busy", "ftp service busy"] {
        let line = format!("\r\n+CME ERROR: {words}\r\n");
        assert_eq!(failed(line.as_bytes()), module(603, None));
    }
    let invalid = b"\r\n+CME ERROR: Invalid parameter\r\n";
    assert_eq!(failed(invalid), module(610, None));
    // Words of a table are its number.
    let known = failed(b"\r\n+CME ERROR: Invalid input value\r\n");
    assert_eq!(known, refused(FinalError::Cme(400)));
    let words = refused(FinalError::Text(b"No idea".to_vec()));
    assert_eq!(failed(b"\r\n+CME ERROR: No idea\r\n"), words);
    assert!(matches!(
        failed(b"\r\nOK\r\n\r\n+QFTPSIZE: x\r\n"),
        Err(HostError::UnexpectedLine { .. })
    ));
    let restarted = failed(b"\r\nOK\r\n\r\nRDY\r\n");
    assert_eq!(
        restarted,
        Err(HostError::Restarted {
            command: "AT+QFTPSIZE".into()
        })
    );
    let text = format!(
        "{}",
        failed(b"\r\nOK\r\n\r\n+QFTPSIZE: 627,550\r\n").expect_err("failed")
    );
    assert!(
        text.contains("AT+QFTPSIZE") && text.contains("627") && text.contains("550"),
        "{text}"
    );
}

#[test]
fn errors_002_5_words_that_stand_for_two_numbers_are_read_by_the_command() {
    let invalid = b"\r\n+CME ERROR: Invalid parameter\r\n";
    let turn = (&b"AT+QFDEL=\"a\"\r"[..], &invalid[..]);
    let (result, _) = run(Operation::StoreDelete(b"a"), &[turn], 7);
    let error = HostError::FinalError {
        command: "AT+QFDEL".into(),
        final_error: FinalError::Cme(425),
    };
    assert_eq!(result, Err(error));
}

#[test]
fn size_000_3_3_a_number_alone_is_the_size_unless_it_is_a_code() {
    let size = |fields: &str| {
        let answer = format!("\r\nOK\r\n\r\n+QFTPSIZE: {fields}\r\n");
        let turn = (&b"AT+QFTPSIZE=\"a\"\r"[..], answer.as_bytes());
        run(Operation::Size(b"a"), &[turn], 7).0
    };
    for bytes in [1, 600, 632, 1000, 1 << 40] {
        assert_eq!(size(&format!("{bytes}")), Ok(Answer::Number(bytes)));
    }
    for code in [601, 627, 631] {
        let failed = size(&format!("{code}")).expect_err("a code");
        assert_eq!(failed.module_code(), Some(ModuleCode(code)));
    }
    assert!(matches!(size("0"), Err(HostError::UnexpectedLine { .. })));
    // With a second field the first is a code, known or not.
    assert!(matches!(size("1000,0"), Err(HostError::Module { .. })));
}

#[test]
fn every_wait_ends_and_names_its_own_command() {
    for (operation, (sent, reply), _) in conversations() {
        // Cut off after each byte of the answer: whatever is missing, the wait ends.
        for end in [0, reply.len() / 2] {
            let (result, _) = run(operation, &[(sent, &reply[..end])], 1000);
            match result {
                Err(HostError::NoAnswer { command, .. }) => {
                    assert!(sent.starts_with(command.as_bytes()), "{command}");
                }
                Ok(_) if end > 0 => {} // the URC was whole and only its late result code is missing
                other => panic!("{operation:?}: {other:?}"),
            }
        }
    }
}

#[test]
fn a_late_answer_never_answers_the_next_command() {
    let mut line = Line::new();
    line.start(Operation::Size(b"old"));
    line.sent.clear();
    line.hear(b"\r\nOK\r\n", 100);
    line.wait();
    assert!(matches!(
        line.heard.result,
        Some(Err(HostError::NoAnswer { .. }))
    ));
    // The next operation first checks that the line is in sync; the old URC, an old OK and an old error come late.
    line.start(Operation::Size(b"new"));
    let turns: [Turn<'_>; 2] = [
        (
            b"!,,,,,,,,!\rAT+CMEE?\r",
            b"\r\nOK\r\n\r\n+CME ERROR: 603\r\n\r\n+CMEE: 1\r\n\r\nOK\r\n",
        ),
        (
            b"AT+QFTPSIZE=\"new\"\r",
            b"\r\n+QFTPSIZE: 0,111\r\n\r\nOK\r\n\r\n+QFTPSIZE: 0,222\r\n",
        ),
    ];
    assert_eq!(line.play(&turns, 3), Ok(Answer::Number(222)));
}

#[test]
fn an_answer_that_came_twice_never_answers_the_next_command() {
    let size = (
        &b"AT+QFTPSIZE=\"old\"\r"[..],
        &b"\r\nOK\r\n\r\n+QFTPSIZE: 0,111\r\n"[..],
    );
    let turns: [Turn<'_>; 2] = [
        (
            b"!,,,,,,,,!\rAT+CMEE?\r",
            b"\r\n+QFTPSIZE: 0,111\r\n\r\n+CMEE: 1\r\n\r\nOK\r\n",
        ),
        (
            b"AT+QFTPSIZE=\"new\"\r",
            b"\r\nOK\r\n\r\n+QFTPSIZE: 0,222\r\n",
        ),
    ];
    // The second `OK` comes before the report, or behind it, when nothing runs.
    for (answer, behind) in [
        (
            &b"\r\nOK\r\n\r\nOK\r\n\r\n+QFTPSIZE: 0,111\r\n"[..],
            &b""[..],
        ),
        (size.1, &b"\r\nOK\r\n"[..]),
    ] {
        let mut line = Line::new();
        line.start(Operation::Size(b"old"));
        assert_eq!(line.play(&[(size.0, answer)], 3), Ok(Answer::Number(111)));
        line.hear(behind, 3);
        line.start(Operation::Size(b"new"));
        assert_eq!(line.play(&turns, 3), Ok(Answer::Number(222)));
    }
}
