//! Unsolicited result codes, told beside the line: each once, in order, when it is said, and nothing else.

#[allow(dead_code)] // each test uses its part
mod conversation;
#[allow(dead_code)]
mod world;

use qftp::dialect::ec2x::EC2X;
use world::{World, logged_in};

fn told(world: &mut World) -> Vec<Vec<u8>> {
    std::iter::from_fn(|| world.module.poll_urc()).collect()
}

#[test]
fn answers_are_not_told_and_urcs_are() {
    let mut world = logged_in(&EC2X);
    world.module.tell_urcs();
    world.ask("AT+CSQ");
    assert!(told(&mut world).is_empty());
    world.ask("AT+QFTPPWD");
    world.ask("AT+QFTPSIZE=\"none\"");
    let all = told(&mut world);
    assert_eq!(all, [&b"+QFTPPWD: 0,/"[..], b"+QFTPSIZE: 627,550"]);
}

#[test]
fn nothing_is_kept_for_nobody() {
    let mut world = logged_in(&EC2X);
    world.ask("AT+QFTPPWD");
    world.module.tell_urcs();
    assert!(told(&mut world).is_empty());
}

#[test]
fn a_urc_that_waits_for_the_line_is_told_when_it_is_said() {
    let mut world = logged_in(&EC2X);
    world.module.tell_urcs();
    world.ask("AT+QFTPPUT=\"a\",\"COM:\",0,3,1");
    assert!(told(&mut world).is_empty());
    let said = world.ask("abc");
    let all = told(&mut world);
    assert_eq!(all, [b"+QFTPPUT: 0,3"]);
    assert!(said.ends_with("\r\n+QFTPPUT: 0,3\r\n"), "{said}");
}
