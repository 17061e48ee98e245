//! Input of every kind: bursts, endless lines, any bytes.

use proptest::prelude::*;
use qftp::host::{Answer, Operation};

use super::{Line, run};

#[test]
fn bursts_and_endless_lines_cost_no_memory_and_lose_nothing() {
    let mut line = Line::new();
    line.start(Operation::Size(b"a"));
    for _ in 0..10_000 {
        line.hear(b"\r\n+CMTI: \"SM\",1\r\n", 100);
    }
    line.hear(&vec![b'x'; 1 << 20], 4096);
    line.hear(b"\r\n\r\nOK\r\n\r\n+QFTPSIZE: 0,5\r\n", 100);
    assert_eq!(line.heard.result, Some(Ok(Answer::Number(5))));
    assert_eq!(line.heard.urcs.len(), 10_000);
}

#[test]
fn the_text_of_a_short_message_and_socket_bytes_are_passed_over() {
    let reply = b"\r\n+CMT: \"+49\",,\"26/11/21\"\r\nOK\r\n\r\n+QIURC: \"recv\",0,6\r\n\r\nOK\r\n\r\nOK\r\n\r\n+QFTPSIZE: 0,5\r\n";
    let (result, _) = run(Operation::Size(b"a"), &[(b"AT+QFTPSIZE=\"a\"\r", reply)], 1);
    assert_eq!(result, Ok(Answer::Number(5)));
}

proptest! {
    #[test]
    fn no_bytes_from_the_line_panic_or_hang(
        noise in prop::collection::vec(any::<u8>(), 0..400),
        chunk in 1usize..50,
    ) {
        for operation in [
            Operation::Size(b"a"),
            Operation::Identify,
            Operation::Get { remote: b"a", offset: 0, length: None, expected: None },
            Operation::Put { remote: b"a", offset: 0, length: 10, last: true },
        ] {
            let mut line = Line::new();
            line.upload = vec![0; 10];
            line.start(operation);
            line.hear(&noise, chunk);
            line.hear(b"\r\nCONNECT\r\n", chunk);
            line.hear(&noise, chunk);
            line.wait();
        }
    }

    #[test]
    fn any_file_comes_down_byte_for_byte(
        file in prop::collection::vec(any::<u8>(), 0..2000),
        chunk in 1usize..100,
        known in any::<bool>(),
    ) {
        let mut reply = b"\r\nCONNECT\r\n".to_vec();
        reply.extend_from_slice(&file);
        reply.extend_from_slice(format!("\r\nOK\r\n\r\n+QFTPGET: 0,{}\r\n", file.len()).as_bytes());
        let expected = known.then_some(file.len() as u64);
        let operation = Operation::Get { remote: b"f", offset: 0, length: None, expected };
        let (result, heard) = run(operation, &[(b"AT+QFTPGET=\"f\",\"COM:\",0\r", &reply)], chunk);
        prop_assert_eq!(result, Ok(Answer::Number(file.len() as u64)));
        prop_assert_eq!(heard.data, file);
    }
}
