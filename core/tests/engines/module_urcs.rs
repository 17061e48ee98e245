//! Unsolicited result codes, told beside the line: each once, in order, when it is said, and nothing else.

use crate::harness::{Harness, logged_in};
use qftp::dialect::ec2x::EC2X;

fn told(harness: &mut Harness) -> Vec<Vec<u8>> {
    std::mem::take(&mut harness.urcs)
}

#[test]
fn answers_are_not_told_and_urcs_are() {
    let mut harness = logged_in(&EC2X);
    harness.module.report_urcs();
    harness.ask("AT+CSQ");
    assert!(told(&mut harness).is_empty());
    harness.ask("AT+QFTPPWD");
    harness.ask("AT+QFTPSIZE=\"none\"");
    let all = told(&mut harness);
    assert_eq!(all, [&b"+QFTPPWD: 0,/"[..], b"+QFTPSIZE: 627,550"]);
}

#[test]
fn nothing_is_kept_for_nobody() {
    let mut harness = logged_in(&EC2X);
    harness.ask("AT+QFTPPWD");
    harness.module.report_urcs();
    assert!(told(&mut harness).is_empty());
}

#[test]
fn a_urc_that_waits_for_the_line_is_told_when_it_is_said() {
    let mut harness = logged_in(&EC2X);
    harness.module.report_urcs();
    harness.ask("AT+QFTPPUT=\"a\",\"COM:\",0,3,1");
    assert!(told(&mut harness).is_empty());
    let printed = harness.ask("abc");
    let all = told(&mut harness);
    assert_eq!(all, [b"+QFTPPUT: 0,3"]);
    assert!(printed.ends_with("\r\n+QFTPPUT: 0,3\r\n"), "{printed}");
}
